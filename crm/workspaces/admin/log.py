"""What operators see of what operators did."""

from django.contrib import admin
from django.contrib.admin.models import LogEntry

from crm.workspaces.operators import OperatorAdmin


@admin.register(LogEntry)
class LogEntryAdmin(OperatorAdmin):
    """What operators did."""

    shown = ("action_time", "user", "content_type", "object_id", "object_repr", "change_message")
    list_display = ("action_time", "user", "content_type", "object_repr", "get_change_message")
    search_fields = ("user__email", "object_repr")
    ordering = ("-action_time",)
