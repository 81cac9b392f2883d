"""What a mail asks for when it is read: a pixel, and the way to where a link leads.

Whoever asks is told nothing, remembered by nothing, and answered before anything is kept; also
while the database is away.
"""

from functools import partial

from django.conf import settings
from django.db import OperationalError, close_old_connections
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.views.decorators.http import require_safe

from crm.workspaces import trail
from crm.workspaces.models import User
from crm.workspaces.postgres import patience
from tracking import agents
from tracking.actions import away, hearing
from tracking.models import Trace
from tracking.queries import tokens

# Seconds in which the database must answer whoever is shown the way, where the way is known without
# it, and everybody else
QUICK, PATIENCE = 0.09, 3.0
# One transparent dot
PIXEL = bytes.fromhex(
    "47494638396101000100800000000000ffffff21f90401000000002c00000000010001000002024401003b"
)
POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


@require_safe
def pixel(request: HttpRequest, token: str) -> HttpResponse:
    """Always the same picture, whatever the token is."""
    trail.after(request, partial(_hear, request, token, Trace.Kind.OPEN))
    response = _bare(HttpResponse(PIXEL, content_type="image/gif"))
    # Other sites show it: it is in a mail
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@require_safe
def link(request: HttpRequest, token: str) -> HttpResponse:
    """On to where the link led in the mail, and nowhere else; 404 where there is none.

    503 while the database is away, for links of mail that left longer ago than some days.
    """
    target = _target(token)
    trail.after(request, partial(_hear, request, token, Trace.Kind.CLICK))
    return _bare(HttpResponseRedirect(target))


def _target(token: str) -> str:
    if not tokens.TOKEN.fullmatch(token):
        raise Http404
    target = None if away.is_away() else _looked_up(token, QUICK)
    if target is None:
        target = away.way(token) or _looked_up(token, PATIENCE)
    if target is None:
        raise OperationalError("the database is away, and the link is not known without it")
    if not target:
        raise Http404
    return target


def _looked_up(token: str, seconds: float) -> str | None:
    """Where a link leads, "" for nowhere; None where the database does not answer that soon."""
    try:
        with patience.no_longer_than(seconds):
            trace = tokens.trace(token)
    except away.AWAY:
        if seconds > QUICK:
            away.note()
        # The session is over; who asks once more needs another
        close_old_connections()
        return None
    return trace.target if trace is not None else ""


def _bare(response: HttpResponse) -> HttpResponse:
    """Nobody keeps it, and nothing runs in it."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Content-Security-Policy"] = POLICY
    return response


def _hear(request: HttpRequest, token: str, kind: str) -> None:
    if not tokens.TOKEN.fullmatch(token):
        return
    asked = hearing.Asked(
        token=token,
        kind=kind,
        judged=agents.judged(request.method or "", request.headers),
        agent=request.headers.get("User-Agent", "")[: hearing.AGENT],
        address=trail.address(request),
        at=timezone.now(),
        user=_user(request),
    )
    if not away.is_away():
        try:
            with patience.no_longer_than(PATIENCE):
                hearing.hear(asked)
        except away.AWAY:
            away.note()
        else:
            return
    away.keep(asked)


def _user(request: HttpRequest) -> User | None:
    """Who is signed in, as was found out before the request came here."""
    cookie = settings.SESSION_COOKIE_NAME in request.COOKIES
    return request.user if cookie and request.user.is_authenticated else None
