"""What operators see of workspaces."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from crm.workspaces.actions import visits
from crm.workspaces.forms.visits import VisitForm
from crm.workspaces.models import ErasedWorkspace, OperatorVisit, User, Workspace
from crm.workspaces.operators import OperatorAdmin


@admin.register(Workspace)
class WorkspaceAdmin(OperatorAdmin):
    writable = ("name",)
    shown = ("slug", "uid", "created_at", "closed_at", "erase_after")
    list_display = ("slug", "name", "created_at", "closed_at", "look_inside")
    search_fields = ("slug", "name")
    ordering = ("-created_at",)

    @admin.display(description=_("Look inside"))
    def look_inside(self, row: Workspace) -> SafeString:
        return format_html('<a href="{}">{}</a>', self._place(row), _("Look inside"))

    def _place(self, row: Workspace) -> str:
        return reverse("admin:workspaces_workspace_visit", args=[row.pk])

    def get_urls(self) -> list[Any]:
        visit = self.admin_site.admin_view(self.visit)
        name = "workspaces_workspace_visit"
        return [path("<int:workspace_id>/visit/", visit, name=name), *super().get_urls()]

    def visit(self, request: HttpRequest, workspace_id: int) -> HttpResponse:
        """Say why, and see the workspace's rows for some hours."""
        row = get_object_or_404(Workspace.objects.using("system"), pk=workspace_id)
        form, now, operator = VisitForm(request.POST or None), timezone.now(), request.user
        assert isinstance(operator, User)
        if request.method == "POST" and request.POST.get("verb") == "end":
            visits.end_visits(workspace=row, operator=operator, at=now)
            return redirect(self._place(row))
        if request.method == "POST" and form.is_valid():
            visits.begin_visit(
                workspace=row,
                operator=operator,
                reason=form.cleaned_data["reason"],
                hours=form.cleaned_data["hours"],
                at=now,
            )
            return redirect("admin:index")
        unwalled: Any = OperatorVisit.unwalled
        mine = unwalled.filter(workspace=row, operator=operator.email, until__gt=now)
        context = self.admin_site.each_context(request) | {
            "title": _("Look into %(name)s") % {"name": row.name},
            "form": VisitForm() if request.POST.get("verb") == "end" else form,
            "row": row,
            "visits": list(mine),
            "opts": self.model._meta,
        }
        status = 422 if form.errors else 200
        return render(request, "crm/operators/visit.html", context, status=status)


@admin.register(ErasedWorkspace)
class ErasedWorkspaceAdmin(OperatorAdmin):
    """What is left of workspaces that were deleted."""

    shown = (
        "slug",
        "uid",
        "closed_by",
        "closed_at",
        "erased_at",
        "counts",
        "audit_length",
        "audit_head",
    )
    list_display = ("slug", "closed_by", "closed_at", "erased_at")
    search_fields = ("slug", "closed_by")
    ordering = ("-closed_at",)
