"""What operators see of users, workspaces and their keys."""

from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.workspaces.actions import tokens
from crm.workspaces.models import ApiToken, Invitation, Membership, Team, User, Workspace
from crm.workspaces.operators import OperatorAdmin


@admin.register(User)
class UserAdmin(OperatorAdmin):
    writable = ("name", "is_active", "is_staff")
    shown = ("email", "language", "time_zone", "is_superuser", "last_login", "created_at")
    list_display = ("email", "name", "is_active", "is_staff", "last_login", "created_at")
    list_filter = ("is_active", "is_staff", "language")
    search_fields = ("email", "name")
    ordering = ("-created_at",)


@admin.register(Workspace)
class WorkspaceAdmin(OperatorAdmin):
    writable = ("name",)
    shown = ("slug", "uid", "created_at")
    list_display = ("slug", "name", "created_at")
    search_fields = ("slug", "name")
    ordering = ("-created_at",)


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


@admin.register(LogEntry)
class LogEntryAdmin(OperatorAdmin):
    """What operators did."""

    shown = ("action_time", "user", "content_type", "object_id", "object_repr", "change_message")
    list_display = ("action_time", "user", "content_type", "object_repr", "get_change_message")
    search_fields = ("user__email", "object_repr")
    ordering = ("-action_time",)
