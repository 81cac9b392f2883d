"""What the audit log can say, in words, and where the one who acts is known from."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Any

from allauth.account.adapter import get_adapter
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext_lazy as _

from crm.workspaces.models import AuditEntry, Role

VERBS: dict[str, Any] = {
    "workspace.created": _("Made the workspace"),
    "workspace.renamed": _("Renamed the workspace from “%(from)s” to “%(about)s”"),
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
    "mailbox": _("Mailboxes"),
    "thread": _("Visibility"),
    "policy": _("Security rules"),
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


@dataclass(frozen=True, slots=True)
class Origin:
    """From where a request came, and with which API token if with one."""

    address: str = ""
    token: str = ""


_nowhere = Origin()
_origin: ContextVar[Origin] = ContextVar("audit_origin", default=_nowhere)


def origin() -> Origin:
    """Where the request being answered came from; empty outside of one."""
    return _origin.get()


@contextmanager
def coming_from(found: Origin) -> Iterator[None]:
    """Work on behalf of a request from there."""
    token = _origin.set(found)
    try:
        yield
    finally:
        _origin.reset(token)


@contextmanager
def with_token(name: str) -> Iterator[None]:
    """Work on behalf of a program that showed this token."""
    with coming_from(replace(origin(), token=name)):
        yield


def sentence(entry: AuditEntry) -> str:
    """What happened, in the reader's language; what has no words any more is named plainly."""
    words = defaultdict(str, {key: _shown(value) for key, value in entry.data.items()})
    words["about"] = entry.about
    template = VERBS.get(entry.verb)
    return str(template) % words if template is not None else entry.verb


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_shown(each) for each in value)
    return str(WORDS.get(value, value)) if isinstance(value, str) else str(value)


def address(request: HttpRequest) -> str:
    """The address as the trusted proxies tell it; empty where they tell none."""
    try:
        return str(get_adapter().get_client_ip(request) or "")[:45]
    except PermissionDenied:
        return ""


Handler = Callable[[HttpRequest], HttpResponseBase]
AFTER = "after_the_answer"


class TrailMiddleware:
    """Knows where a request comes from, and does what must not be seen in how long it takes."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        later: list[Callable[[], None]] = []
        setattr(request, AFTER, later)
        found = Origin(address=address(request))
        with coming_from(found):
            response = self.get_response(request)
        for work in later:
            # Django calls these when the answer has been sent, in order
            response._resource_closers.append(_from(found, work))  # type: ignore[attr-defined]
        return response


def after(request: HttpRequest, work: Callable[[], None]) -> None:
    """Do it when the answer is out, so that its time tells a stranger nothing."""
    later: list[Callable[[], None]] | None = getattr(request, AFTER, None)
    if later is None:
        work()
    else:
        later.append(work)


def _from(found: Origin, work: Callable[[], None]) -> Callable[[], None]:
    def run() -> None:
        with coming_from(found):
            work()

    return run
