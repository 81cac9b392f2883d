"""What operators see of mailboxes: how they are, never what is in them."""

from django.contrib import admin

from crm.workspaces.operators import OperatorAdmin
from inbox.models import LedgerEntry, Mailbox, Outgoing


@admin.register(Mailbox)
class MailboxAdmin(OperatorAdmin):
    shown = (
        "address",
        "workspace",
        "owner",
        "kind",
        "state",
        "state_reason",
        "sync_from",
        "complete_until",
        "last_ok_at",
        "created_at",
    )
    list_display = ("address", "workspace", "kind", "state", "state_reason", "last_ok_at")
    list_filter = ("state", "kind")
    search_fields = ("address", "workspace__slug")
    ordering = ("-created_at",)


@admin.register(LedgerEntry)
class LedgerEntryAdmin(OperatorAdmin):
    shown = (
        "workspace",
        "mailbox",
        "folder",
        "generation",
        "number",
        "decision",
        "reason",
        "size",
        "attempts",
        "not_before",
        "listed_at",
        "decided_at",
        "missing_since",
    )
    list_display = ("number", "mailbox", "folder", "decision", "reason", "attempts", "listed_at")
    list_filter = ("decision",)
    search_fields = ("mailbox__address", "reason")
    ordering = ("-id",)


@admin.register(Outgoing)
class OutgoingAdmin(OperatorAdmin):
    shown = (
        "workspace",
        "mailbox",
        "author",
        "state",
        "stage",
        "attempts",
        "error_code",
        "rfc_id",
        "send_after",
        "created_at",
    )
    list_display = ("rfc_id", "mailbox", "state", "stage", "attempts", "error_code", "send_after")
    list_filter = ("state",)
    search_fields = ("rfc_id", "mailbox__address", "workspace__slug")
    ordering = ("-id",)
