"""Handing a draft to the outbox: now, or at a time that was chosen."""

import re
from datetime import datetime, timedelta, tzinfo
from uuid import UUID

from django.http import Http404, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from crm.ui import times
from crm.ui.render import page_or_part
from crm.workspaces.middleware import MemberRequest
from inbox import forms
from inbox.actions import compose, envelope
from inbox.models import Outgoing
from inbox.queries import access, doubts, meanwhile, moments
from inbox.views.compose import open_draft, overtaken

# Nobody plans further; what is later was mistyped
FARTHEST = timedelta(days=366)
HELD = "answered:"
# East of UTC; no zone is further away
LOCAL = "%Y-%m-%dT%H:%M"
MINUTES, FURTHEST_ZONE = re.compile(r"-?[0-9]{1,3}"), 14 * 60


@require_POST
def send(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """Hand a saved draft to the outbox; the answer says how to stop it."""
    row = open_draft(request, uid)
    now = timezone.now()
    at = chosen(request)
    if request.POST.get("send_at") and not may_be(at, now):
        words = _("This time is over, or too far away. Choose another.")
        return _refused([envelope.Problem("send_at", words)])
    waiting = [d for d in doubts.doubts(row, request.member, now) if d.code not in _passed(request)]
    if waiting:
        return JsonResponse({"doubts": [_doubt(workspace, each) for each in waiting]}, status=422)
    try:
        outgoing = compose.queue_message(
            draft=row,
            by=request.member,
            at=now,
            send_after=at,
            unless_answered=at is not None and "unless_answered" in request.POST,
            knowing=_knowing(request),
            version=_version(request),
        )
    except compose.AnsweredMeanwhile as error:
        return _held(workspace, error.answer)
    except compose.DraftChanged as changed:
        return overtaken(changed)
    except envelope.NotReady as error:
        return _refused(error.problems)
    stop = reverse("inbox:outgoing", args=[workspace, outgoing.uid])
    edit = f"{reverse('inbox:composer', args=[workspace])}?draft={row.uid}"
    answer = {
        "undo_url": f"{stop}?verb=cancel",
        "edit_url": edit,
        "seconds": int(compose.UNDO.total_seconds()),
        "later": times.moment(outgoing.send_after) if at is not None else "",
    }
    return JsonResponse(answer)


def _version(request: MemberRequest) -> int | None:
    """What the page saved last: nothing is sent that somebody changed since."""
    known = forms.read_number(request.POST, "version", 0, 2**31 - 1, least=0)
    return known or None


def _passed(request: MemberRequest) -> set[str]:
    """What the page has shown already: sending again goes on."""
    return set(request.POST.getlist("passed"))


def _knowing(request: MemberRequest) -> datetime | None:
    """Up to when answers of others were shown to the writer."""
    told = (forms.as_moment(each.partition(":")[2]) for each in _passed(request) if HELD in each)
    return max((each for each in told if each is not None), default=None)


def _held(workspace: str, answer: meanwhile.Answer) -> HttpResponse:
    """Somebody was quicker: the writer decides, and sending again goes on."""
    url = reverse("inbox:thread", args=[workspace, answer.thread])
    told = {"code": f"{HELD}{answer.at.isoformat()}", "message": str(answer), "url": url}
    return JsonResponse({"answered": told}, status=409)


def _doubt(workspace: str, doubt: doubts.Doubt) -> dict[str, str]:
    url = reverse("inbox:thread", args=[workspace, doubt.thread]) if doubt.thread else ""
    return {"code": doubt.code, "message": doubt.message, "url": url}


def _refused(problems: list[envelope.Problem]) -> HttpResponse:
    told = [{"field": problem.field, "message": problem.message} for problem in problems]
    return JsonResponse({"errors": told}, status=422)


@require_safe
def later(request: MemberRequest, workspace: str) -> HttpResponse:
    """The times a mail may leave at, for the composer or, with `outgoing`, for one that waits."""
    row = _waiting(request)
    to = row.recipients if row else [p[1] for p in forms.read_people(request.GET.get("to", ""))]
    mine, theirs = timezone.get_current_timezone(), moments.zone_of(request.member, to)
    now = timezone.now()
    at = row.send_after if row else now + timedelta(days=1)
    presets = moments.presets(now=now, mine=mine, theirs=theirs)
    context = {
        "presets": presets,
        "there": _there(presets, theirs),
        "outgoing": row,
        "zones": _zones(mine, theirs, now),
        "value": at.astimezone(mine).strftime(LOCAL),
        # In whichever zone it is meant
        "least": min(now.astimezone(zone).strftime(LOCAL) for zone in (mine, theirs or mine)),
        "unless_answered": row.unless_answered if row else True,
        "uid": request.GET.get("for", "")[:40],
    }
    return page_or_part(request, "inbox/later.html", context)


def _there(presets: list[moments.Moment], theirs: tzinfo | None) -> str:
    """The morning of the recipient’s, as his own clock and calendar have it."""
    [*_mine, last] = presets
    if theirs is None or not last.is_theirs:
        return ""
    with timezone.override(theirs):
        return times.moment(last.at)


def may_be(at: datetime | None, now: datetime) -> bool:
    """Whether a mail can wait for this time."""
    return at is not None and now < at < now + FARTHEST


def _waiting(request: MemberRequest) -> Outgoing | None:
    uid = forms.read_uid(request.GET, "outgoing")
    if uid is None:
        return None
    rows = Outgoing.objects.filter(mailbox__in=access.mailboxes(request.member))
    row: Outgoing | None = rows.filter(uid=uid, state=Outgoing.State.QUEUED).first()
    if row is None:
        raise Http404
    return row


def _zones(mine: tzinfo, theirs: tzinfo | None, now: datetime) -> list[tuple[str, str]]:
    """Zones a time may be meant in, as (value, words); one where nothing is known of theirs."""
    found = [("", _("Your time, %(zone)s") % {"zone": _offset(mine, now)})]
    if theirs is not None and theirs.utcoffset(now) != mine.utcoffset(now):
        minutes = int((theirs.utcoffset(now) or timedelta()).total_seconds() // 60)
        values = {"zone": _offset(theirs, now), "clock": now.astimezone(theirs).strftime("%H:%M")}
        words = _("Their time, %(clock)s now, %(zone)s by their last mail") % values
        found.append((str(minutes), words))
    return found


def _offset(zone: tzinfo, now: datetime) -> str:
    away = now.astimezone(zone).strftime("%z")
    return f"UTC{away[:3]}:{away[3:5]}"


def chosen(request: MemberRequest) -> datetime | None:
    """The time that was asked for, in UTC; None for none, or one nobody can read."""
    minutes = request.POST.get("zone", "")
    text = request.POST.get("send_at") or request.POST.get("own_at", "")
    if not minutes:
        return moments.read(text, zone=timezone.get_current_timezone())
    if not MINUTES.fullmatch(minutes) or abs(int(minutes)) > FURTHEST_ZONE:
        return None
    return moments.read(text, zone=timezone.get_fixed_timezone(int(minutes)))
