"""What operators see of users, workspaces and their keys."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from crm.workspaces.actions import audit, tokens, visits
from crm.workspaces.forms.visits import VisitForm
from crm.workspaces.models import (
    ApiToken,
    ErasedWorkspace,
    Invitation,
    Membership,
    OperatorVisit,
    Team,
    User,
    Workspace,
)
from crm.workspaces.operators import OperatorAdmin


@admin.register(User)
class UserAdmin(OperatorAdmin):
    writable = ("name", "is_active", "is_staff")
    shown = ("email", "language", "time_zone", "is_superuser", "last_login", "created_at")
    list_display = ("email", "name", "is_active", "is_staff", "last_login", "created_at")
    list_filter = ("is_active", "is_staff", "language")
    search_fields = ("email", "name")
    ordering = ("-created_at",)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if form.changed_data:
            audit.note_for_user(
                "operator.changed_account",
                user=obj,
                at=timezone.now(),
                about=obj.email,
                data={"changed": sorted(form.changed_data)},
                operator=request.user.get_username(),
            )


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


@admin.register(Membership)
class MembershipAdmin(OperatorAdmin):
    shown = ("name", "email", "workspace", "role", "is_active", "created_at", "last_used_at")
    list_display = ("email", "name", "workspace", "role", "is_active", "last_used_at")
    list_filter = ("role", "is_active")
    search_fields = ("email", "name", "workspace__slug")
    ordering = ("-created_at",)


@admin.register(Team)
class TeamAdmin(OperatorAdmin):
    shown = ("name", "workspace", "uid")
    list_display = ("name", "workspace")
    search_fields = ("name", "workspace__slug")
    ordering = ("name",)


@admin.register(Invitation)
class InvitationAdmin(OperatorAdmin):
    shown = (
        "email",
        "workspace",
        "role",
        "invited_by",
        "created_at",
        "expires_at",
        "accepted_at",
    )
    list_display = ("email", "workspace", "role", "created_at", "expires_at", "accepted_at")
    list_filter = ("role",)
    search_fields = ("email", "workspace__slug")
    ordering = ("-created_at",)


@admin.register(ApiToken)
class ApiTokenAdmin(OperatorAdmin):
    shown = (
        "name",
        "workspace",
        "member",
        "scopes",
        "created_at",
        "expires_at",
        "last_used_at",
        "revoked_at",
    )
    list_display = ("name", "workspace", "member", "expires_at", "last_used_at", "revoked_at")
    search_fields = ("name", "workspace__slug", "member__email")
    ordering = ("-created_at",)
    actions = ("revoke",)

    @admin.action(description=_("Revoke the chosen tokens"), permissions=["revoke"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[ApiToken]) -> None:
        for token in queryset:
            tokens.revoke_token(
                token=token, at=timezone.now(), operator=request.user.get_username()
            )
            self.log_change(request, token, [{"changed": {"fields": ["revoked_at"]}}])

    def has_revoke_permission(self, request: HttpRequest) -> bool:
        return request.user.is_active and request.user.is_superuser


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


@admin.register(LogEntry)
class LogEntryAdmin(OperatorAdmin):
    """What operators did."""

    shown = ("action_time", "user", "content_type", "object_id", "object_repr", "change_message")
    list_display = ("action_time", "user", "content_type", "object_repr", "get_change_message")
    search_fields = ("user__email", "object_repr")
    ordering = ("-action_time",)
