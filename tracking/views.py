"""What a mail asks for when it is read: a pixel, and the way to where a link leads.

Whoever asks is told nothing, remembered by nothing, and answered before anything is kept.
"""

import logging
from functools import partial

from django.conf import settings
from django.db import Error
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.views.decorators.http import require_safe

from crm.workspaces import directory, trail
from tracking import agents
from tracking.actions import hearing
from tracking.models import Trace
from tracking.queries import tokens

log = logging.getLogger(__name__)

# One transparent dot
PIXEL = bytes.fromhex(
    "47494638396101000100800000000000ffffff21f90401000000002c00000000010001000002024401003b"
)
POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


@require_safe
def pixel(request: HttpRequest, token: str) -> HttpResponse:
    """Always the same picture, whatever the token is."""
    trail.after(request, partial(_look, request, token))
    response = _bare(HttpResponse(PIXEL, content_type="image/gif"))
    # Other sites show it: it is in a mail
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@require_safe
def link(request: HttpRequest, token: str) -> HttpResponse:
    """On to where the link led in the mail, and nowhere else; 404 where there is none."""
    trace = tokens.trace(token)
    if trace is None or not trace.target:
        raise Http404
    trail.after(request, partial(_hear, request, trace))
    return _bare(HttpResponseRedirect(trace.target))


def _bare(response: HttpResponse) -> HttpResponse:
    """Nobody keeps it, and nothing runs in it."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Content-Security-Policy"] = POLICY
    return response


def _look(request: HttpRequest, token: str) -> None:
    try:
        trace = tokens.trace(token)
        if trace is not None and trace.kind == Trace.Kind.OPEN:
            _hear(request, trace)
    except Error:
        log.warning("A pixel was asked for while the database was away")


def _hear(request: HttpRequest, trace: Trace) -> None:
    hearing.hear(
        trace=trace,
        judged=agents.judged(request.method or "", request.headers),
        agent=request.headers.get("User-Agent", ""),
        is_own=_is_own(request, trace),
        at=timezone.now(),
    )


def _is_own(request: HttpRequest, trace: Trace) -> bool:
    """Whether it is one of those who work there, by the session or the address he comes from."""
    if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
        return directory.member_of(request.user, trace.workspace_id) is not None
    return directory.is_from(trail.address(request), trace.workspace_id, at=timezone.now())
