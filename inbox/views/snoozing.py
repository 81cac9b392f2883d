"""Putting conversations aside: the menu of times, and what is done with one of them."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from crm.ui import times
from crm.workspaces.middleware import MemberRequest
from inbox import forms
from inbox.actions import snoozing, triage
from inbox.models import Thread
from inbox.queries import moments, reading, waiting
from inbox.views import sending

MENU = "inbox/snooze.html"


@require_http_methods(["GET", "HEAD", "POST"])
def snooze(request: MemberRequest, workspace: str) -> HttpResponse:
    """GET the times; POST `thread`… with `until` or `own_at` and `unless_answered`.

    Without a time that lies ahead it answers 422. With `wake` the threads come back, with
    `again` each has the time it had before.
    """
    now = timezone.now()
    if request.method != "POST":
        return render(request, MENU, _menu(request, now))
    threads = reading.meant(forms.read_uids(request.POST.getlist("thread"))[: triage.MOST])
    was = waiting.again(request.member, threads)
    if "again" in request.POST:
        return _answer(_again(request, threads, now), "", was)
    if "wake" in request.POST:
        return _answer(snoozing.unsnooze(threads=threads, by=request.member, at=now), "", was)
    until = chosen(request)
    if until is None or not sending.may_be(until, now):
        return JsonResponse({"errors": [{"field": "until", "message": ""}]}, status=422)
    unless = "unless_answered" in request.POST
    touched = _snooze(request, threads, until, unless, now)
    text = ngettext(
        "Snoozed until %(time)s", "%(count)s conversations snoozed until %(time)s", touched
    )
    said = text % {"count": len(threads), "time": times.moment(until)}
    return _answer(touched, said, was)


def _snooze(
    request: MemberRequest, threads: list[Thread], until: datetime, unless: bool, now: datetime
) -> int:
    return snoozing.snooze(
        threads=threads, until=until, by=request.member, at=now, unless_answered=unless
    )


def _again(request: MemberRequest, threads: list[Thread], now: datetime) -> int:
    """Snooze each until the time it had, as an earlier answer told it; others come back."""
    by_uid = {str(thread.uid): thread for thread in threads}
    touched = snoozing.unsnooze(threads=threads, by=request.member, at=now)
    for said in request.POST.getlist("again")[: triage.MOST]:
        uid, _space, rest = said.partition(" ")
        when, _space, unless = rest.partition(" ")
        until = forms.as_moment(when)
        if uid in by_uid and until is not None and sending.may_be(until, now):
            _snooze(request, [by_uid[uid]], until, bool(unless), now)
    return touched


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


def _answer(touched: int, text: str, was: list[str]) -> HttpResponse:
    """`again` takes it back for what was snoozed before, where anything was."""
    said = {"touched": touched, "text": text, "again": was}
    return JsonResponse(said, status=200 if touched else 404)
