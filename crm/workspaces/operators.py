"""The operators' pages: the stock Django admin, over all workspaces, mostly to read.

Operators work on the cross-workspace role, so nothing here may write a walled row: what
a member may do is done in the workspace, where permissions are asked.
"""

from typing import Any

from allauth.account.decorators import secure_admin_login
from csp.constants import SELF
from csp.decorators import csp_replace
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.workspaces.actions import visits
from crm.workspaces.models import User
from crm.workspaces.tenancy import WorkspaceModel

# The admin's own scripts carry no nonce; they come from our own origin and nowhere else
POLICY = {"script-src": [SELF], "style-src": [SELF]}


class OperatorSite(admin.AdminSite):
    """Signs in where everybody does, with the same limits, and lists what is registered by us."""

    site_header = site_title = "Fio"
    index_title = _("Operators")
    index_template = "operators/index.html"

    def login(self, request: HttpRequest, extra_context: Any = None) -> Any:
        return secure_admin_login(super().login)(request, extra_context)

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        return csp_replace(POLICY)(super().admin_view(view, cacheable))

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        # What other packages bring along would list and write past our rules
        if admin_class is not None and issubclass(admin_class, OperatorAdmin):
            super().register(model_or_iterable, admin_class, **options)


class OperatorAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Rows of every workspace, to look at: `shown` are the columns of a row's page.

    `writable` are those a superuser may change. What is sealed, hashed or a mail's own
    words is in neither.
    """

    shown: tuple[str, ...] = ()
    writable: tuple[str, ...] = ()
    list_per_page = 50
    show_full_result_count = False

    @property
    def is_of_workspaces(self) -> bool:
        """Whether a row belongs to a workspace, whose owners decide what is in it."""
        return any(field.name == "workspace" for field in self.model._meta.concrete_fields)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        if issubclass(self.model, WorkspaceModel):
            rows: QuerySet[Any] = self.model.unwalled.all()
        else:
            rows = self.model._default_manager.using("system")
        if self.is_of_workspaces:
            assert isinstance(request.user, User)
            here = visits.open_visits(operator=request.user, at=timezone.now())
            rows = rows.filter(workspace_id__in=here)
        read = {*self.shown, *map(str, self.list_display)}
        keys = {f.name for f in self.model._meta.concrete_fields if f.is_relation}
        return rows.select_related(*sorted(read & keys)) if read & keys else rows

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        self._tell(request, str(self.model._meta.verbose_name_plural))
        return super().changelist_view(request, extra_context)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: Any = None,
    ) -> Any:
        self._tell(request, f"{self.model._meta.verbose_name} {object_id}")
        return super().changeform_view(request, object_id, form_url, extra_context)

    def _tell(self, request: HttpRequest, what: str) -> None:
        """Let the workspaces know what was looked at; where none is open, say what to do."""
        if not self.is_of_workspaces or not self.has_view_permission(request):
            return
        assert isinstance(request.user, User)
        now = timezone.now()
        if visits.open_visits(operator=request.user, at=now):
            visits.note_looks(operator=request.user, what=what, at=now)
        else:
            text = _("To see rows, open a workspace first: under Workspaces, “Look inside”.")
            messages.info(request, text)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return (*self.writable, *self.shown)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return self.shown

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_active and request.user.is_staff

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(self.writable) and request.user.is_active and request.user.is_superuser

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        obj.save(using="system")
