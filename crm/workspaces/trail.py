"""Where the one who acts comes from, and the sentence for each entry of the audit log."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Any

from allauth.account.adapter import get_adapter
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _

from crm.workspaces.models import AuditEntry
from crm.workspaces.verbs import GROUPS, VERBS, WORDS

__all__ = ["GROUPS", "VERBS", "Origin", "TrailMiddleware", "after", "origin", "sentence"]


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
    if isinstance(value, dict):
        return "; ".join(_changed(name, *pair) for name, pair in value.items())
    if isinstance(value, list):
        return ", ".join(_shown(each) for each in value)
    return str(WORDS.get(value, value)) if isinstance(value, str) else str(value)


def _changed(name: str, before: Any, after: Any) -> str:
    """One value that became another."""
    words = {"name": str(WORDS.get(name, name)), "before": _said(before), "after": _said(after)}
    return _("%(name)s from %(before)s to %(after)s") % words


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return _("nothing") if value in (None, "", []) else _shown(value)


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
            response._resource_closers.append(_from(found, work))  # type: ignore[attr-defined]  # Django keeps it
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
