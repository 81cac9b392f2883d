"""What operators see of users, and where they belong."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone

from crm.workspaces.actions import audit
from crm.workspaces.models import Membership, Team, User
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
