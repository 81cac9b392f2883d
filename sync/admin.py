"""What operators see of connections and lanes; no secret is among it."""

from django.contrib import admin

from crm.workspaces.operators import OperatorAdmin
from sync.models import Connection, Schedule


@admin.register(Connection)
class ConnectionAdmin(OperatorAdmin):
    shown = (
        "workspace",
        "mailbox",
        "imap_host",
        "imap_port",
        "imap_security",
        "smtp_host",
        "smtp_port",
        "smtp_security",
        "username",
        "caps",
        "created_at",
    )
    list_display = ("mailbox", "workspace", "imap_host", "imap_security", "smtp_host")
    list_filter = ("imap_security", "smtp_security")
    search_fields = ("mailbox__address", "imap_host", "workspace__slug")
    ordering = ("-created_at",)


@admin.register(Schedule)
class ScheduleAdmin(OperatorAdmin):
    shown = (
        "workspace",
        "mailbox",
        "lane",
        "is_enabled",
        "due_at",
        "lease_until",
        "lease_owner",
        "fence",
        "retry_at",
        "fail_code",
        "fail_count",
        "last_ok_at",
    )
    list_display = ("mailbox", "lane", "is_enabled", "due_at", "lease_until", "fail_code")
    list_filter = ("lane", "is_enabled")
    search_fields = ("mailbox__address", "fail_code", "workspace__slug")
    ordering = ("due_at",)
