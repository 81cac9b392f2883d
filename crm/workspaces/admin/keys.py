"""What operators see of what opens a workspace."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.workspaces.actions import tokens
from crm.workspaces.models import ApiToken, Invitation
from crm.workspaces.operators import OperatorAdmin


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
