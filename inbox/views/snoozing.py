"""Putting conversations aside: the menu of times, and what is said of one of them."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from crm.ui import times
from crm.workspaces.middleware import MemberRequest
from inbox.models import Sweep
from inbox.queries import moments

MENU = "inbox/snooze.html"


@require_safe
def snooze(request: MemberRequest, workspace: str) -> HttpResponse:
    """The times one chooses from; `triage` puts conversations aside until one of them."""
    return render(request, MENU, _menu(request, timezone.now()))


def told(made: Sweep) -> str:
    """Until when how many are put aside; empty for everything else that is done."""
    if made.verb != "snooze":
        return ""
    until = datetime.fromisoformat(made.said["until"])
    text = ngettext(
        "Snoozed until %(time)s", "%(count)s conversations snoozed until %(time)s", made.total
    )
    return text % {"count": made.total, "time": times.moment(until)}


def chosen(request: HttpRequest) -> datetime | None:
    """The time that was asked for, in UTC, in the member's zone where it names none."""
    text = request.POST.get("until") or request.POST.get("own_at", "")
    return moments.read(text, zone=timezone.get_current_timezone())


def _menu(request: HttpRequest, now: datetime) -> dict[str, object]:
    mine = timezone.get_current_timezone()
    presets = moments.snoozes(now=now, mine=mine)
    tomorrow = next(each.at for each in presets if each.key == "tomorrow")
    return {
        "presets": presets,
        "value": tomorrow.strftime("%Y-%m-%dT%H:%M"),
        "least": now.astimezone(mine).strftime("%Y-%m-%dT%H:%M"),
    }
