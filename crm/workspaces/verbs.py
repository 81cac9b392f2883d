"""What the audit log can say, in words."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from crm.workspaces.models import Role

VERBS: dict[str, Any] = {
    "workspace.created": _("Made the workspace"),
    "workspace.renamed": _("Renamed the workspace from “%(from)s” to “%(about)s”"),
    "workspace.closed": _("Closed the workspace, to be deleted"),
    "workspace.reopened": _("Restored the workspace"),
    "export.asked": _("Asked for an export of everything"),
    "export.downloaded": _("Downloaded an export of everything"),
    "operator.came": _("Looked into the workspace for %(hours)s hours: %(reason)s"),
    "operator.looked": _("Looked at %(about)s"),
    "operator.left": _("Ended the look into the workspace"),
    "operator.changed_account": _("Changed the account of %(about)s: %(changed)s"),
    "import.started": _("Imported %(about)s, %(rows)s rows"),
    "import.undone": _("Took the import of %(about)s back"),
    "records.exported": _("Downloaded %(about)s as a file"),
    "policy.changed": _("Changed the security rules: %(changed)s"),
    "sign_in.succeeded": _("Signed in"),
    "sign_in.failed": _("Wrong password for %(about)s"),
    "sign_in.blocked": _("Too many wrong passwords for %(about)s: a wait was imposed"),
    "sign_in.second_step_failed": _("Wrong second step for %(about)s"),
    "account.password_changed": _("Changed the own password"),
    "account.email_changed": _("Changed the own address from %(from)s to %(to)s"),
    "account.second_step_added": _("Set up a second step (%(type)s)"),
    "account.second_step_removed": _("Removed a second step (%(type)s)"),
    "account.recovery_codes_made": _("Made new recovery codes"),
    "account.signed_out_elsewhere": _("Signed out all other browsers"),
    "member.joined": _("Joined as %(role)s"),
    "member.role_changed": _("Changed the role of %(about)s from %(from)s to %(to)s"),
    "member.deactivated": _("Ended the access of %(about)s"),
    "member.reactivated": _("Let %(about)s in again"),
    "invitation.sent": _("Invited %(about)s as %(role)s"),
    "invitation.revoked": _("Took the invitation of %(about)s back"),
    "team.created": _("Made the team %(about)s"),
    "team.changed": _("Changed the team %(about)s"),
    "team.deleted": _("Dissolved the team %(about)s"),
    "token.made": _("Made the API token %(about)s (%(scopes)s)"),
    "token.revoked": _("Revoked the API token %(about)s"),
    "records.transferred": _("Gave all %(count)s records of %(from)s to %(to)s"),
    "mailbox.connected": _("Connected the mailbox %(about)s"),
    "mailbox.changed": _("Changed the mailbox %(about)s: %(changed)s"),
    "mailbox.paused": _("Paused the mailbox %(about)s"),
    "mailbox.resumed": _("Resumed the mailbox %(about)s"),
    "mailbox.kicked": _("Had the mailbox %(about)s read at once"),
    "mailbox.disconnected": _("Disconnected the mailbox %(about)s"),
    "thread.visibility_changed": _(
        "Changed who can see a conversation in %(about)s from %(from)s to %(to)s"
    ),
}
GROUPS: dict[str, Any] = {
    "sign_in": _("Signing in"),
    "account": _("Accounts"),
    "member": _("Members and roles"),
    "invitation": _("Invitations"),
    "team": _("Teams"),
    "token": _("API tokens"),
    "records": _("Records"),
    "mailbox": _("Mailboxes"),
    "thread": _("Visibility"),
    "operator": _("Operators"),
    "policy": _("Security rules"),
    "export": _("Exports"),
    "import": _("Imports"),
    "workspace": _("Workspace"),
}


# What stands in an entry's data, as people call it
WORDS: dict[str, Any] = {
    **{str(role.value): role.label for role in Role},
    "servers": _("servers"),
    "password": _("password"),
    "folders": _("folders"),
    "name": _("name"),
    "sync_from": _("start date"),
    "visibility": _("visibility of new mail"),
    "mirror_read": _("mirroring of read state"),
    "mirror_archive": _("mirroring of archiving"),
    "mirror_delete": _("mirroring of deletion"),
    "is_active": _("whether it may sign in"),
    "is_staff": _("whether it is an operator"),
    "second_step_from": _("second step"),
    "session_hours": _("length of sessions"),
    "mailbox_kinds": _("mailboxes that may be connected"),
    "private": _("private"),
    "shared": _("shared"),
    "team": _("team only"),
    "totp": _("authenticator app"),
    "webauthn": _("passkey or security key"),
    "recovery_codes": _("recovery codes"),
}
