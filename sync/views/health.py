"""How the mailboxes stand, and what comes in of them."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from crm.ui import charts
from crm.ui.render import page_or_part
from crm.workspaces.middleware import MemberRequest
from inbox.actions import defaults
from inbox.models import Folder, Mailbox, Visibility
from inbox.queries import defaults as defaults_of
from inbox.queries import departed, sidebar
from sync.actions import choosing, connect, staffing, subscribing
from sync.forms import OptionsForm
from sync.models import ORDER, Connection
from sync.providers import domain as domains
from sync.queries import domain as known_domain
from sync.queries import door as doors
from sync.queries import freshness as waits
from sync.queries import health as standing
from sync.queries import lag as lags
from sync.queries import managing, progress, sending, troubles, words
from sync.queries import story as stories
from sync.views import workers

REMARKABLE = 2.0  # seconds; a shorter wait is not pointed at
OPTIONS = ("sync_from", "visibility", "name", "makes_people", "imports")
SWITCHES = ("mirror_read", "mirror_archive", "mirror_delete", "follow_archive", "follow_delete")


@require_safe
def health(request: MemberRequest, workspace: str) -> HttpResponse:
    """The mailboxes, the first one opened."""
    return page(request, managing.boxes(request.member).first())


@require_safe
def mailbox(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """The mailboxes, this one opened."""
    return page(request, find(request, uid))


def find(request: MemberRequest, uid: UUID, *, manage: bool = False) -> Mailbox:
    """A mailbox the member may see, or manage; raises Http404 or PermissionDenied."""
    found = managing.boxes(request.member).filter(uid=uid).first()
    if found is None:
        raise Http404
    if manage and not managing.may_manage(request.member, found):
        raise PermissionDenied("mailbox")
    return found


def page(request: MemberRequest, opened: Mailbox | None) -> HttpResponse:
    """The health page, or its list, or one mailbox's part of it."""
    boxes = list(managing.boxes(request.member))
    asked = request.GET.get("part")
    part = asked if asked in ("summary", "boxes") else "mailbox"
    context: dict[str, Any] = {
        "place": "health",
        "side": sidebar.side(request.member),
        "mailboxes": [_box(box) for box in boxes],
        "summary": _summary(boxes) if boxes else "",
        "today": _today(boxes) if boxes else None,
        "held": departed.held(request.member),
    }
    if opened is not None:
        context |= details(request, opened)
    return page_or_part(request, "sync/health.html", context, part=part)


def _today(boxes: list[Mailbox]) -> dict[str, Any]:
    waited = waits.freshness(boxes, at=timezone.now()).seconds
    return {**sending.today(boxes), "shown_after": waited}


def _box(box: Mailbox) -> dict[str, Any]:
    is_importing = box.state == Mailbox.State.BACKFILLING
    words_ = {"imap": "IMAP"}
    return {
        "uid": box.uid,
        "address": box.address,
        "shown_name": box.shown_name,
        "state": box.state,
        "get_state_display": box.get_state_display(),
        "provider_word": words_.get(box.provider, box.provider),
        "last_ok_at": box.last_ok_at,
        "percent": progress.percent(standing.ledger(box).sums) if is_importing else None,
    }


def _summary(boxes: list[Mailbox]) -> str:
    """A sentence on how many are in step and how many are not."""
    good = sum(box.state == Mailbox.State.ACTIVE for box in boxes)
    text = ngettext("%(count)s mailbox in step", "%(count)s mailboxes in step", good)
    rest = len(boxes) - good
    more = ngettext("%(count)s is not", "%(count)s are not", rest)
    parts = [text % {"count": good}]
    if rest:
        parts.append(more % {"count": rest})
    return ", ".join(parts)


def details(request: MemberRequest, box: Mailbox) -> dict[str, Any]:
    """What the part about one mailbox takes."""
    found = standing.ledger(box)
    connection = Connection.objects.filter(mailbox=box).first()
    found_troubles = troubles.troubles(box)
    why = words.trouble(box.state_reason)
    return {
        "mailbox": {
            "uid": box.uid,
            "address": box.address,
            "state": box.state,
            "get_state_display": box.get_state_display(),
            "host": connection.imap_host if connection else "",
            "connected_by": managing.connected_by(box),
            "created_at": box.created_at,
            "sync_from": box.sync_from,
            "complete_until": box.complete_until,
            "last_ok_at": box.last_ok_at,
            "reason": why.what,
            "remedy": why.remedy,
            "can_manage": managing.may_manage(request.member, box),
        },
        "ledger": found,
        "waiting": doors.count(box) if box.imports == Mailbox.Scope.KNOWN else 0,
        "progress": progress.progress(box, found.sums),
        "troubles": found_troubles,
        "can_try_again": any(each.can_try_again for each in found_troubles),
        "freshness": _freshness(box),
        "domain": known_domain.domain(box, connection) if connection else None,
        "sending": sending.sending([box]),
        "lag": lags.lag(box, at=timezone.now()),
        "story": stories.story(box),
    }


def _freshness(box: Mailbox) -> dict[str, Any]:
    """How soon new mail is shown, and the picture of it."""
    found = waits.freshness([box], at=timezone.now())
    chart = charts.bars([hour.seconds for hour in found.hours])
    slowest = found.slowest
    return {
        "count": found.count,
        "seconds": found.seconds,
        "chart": chart,
        "hours": [
            {"hour": hour, "bar": bar} for hour, bar in zip(found.hours, chart.bars, strict=True)
        ],
        "slowest": slowest if slowest and (slowest.seconds or 0) >= REMARKABLE else None,
    }


@require_POST
@transaction.non_atomic_requests
def domain(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """Ask DNS about the mailbox's domain, with no transaction held meanwhile."""
    with transaction.atomic():
        box = find(request, uid)
    found = domains.check(box.address)
    with transaction.atomic():
        connect.keep_domain(mailbox=box, found=found, at=timezone.now())
        return page(request, box)


def options(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """A mailbox's settings; a switch saves by itself."""
    box = find(request, uid, manage=True)
    if request.method == "POST" and any(name in request.POST for name in SWITCHES):
        return _switch(request, box)
    there = Folder.objects.filter(mailbox=box, is_selectable=True, missing_since=None)
    folders = sorted(there, key=lambda row: (ORDER.index(row.role), row.display.lower()))
    initial = {name: getattr(box, name) for name in OPTIONS}
    form = OptionsForm(request.POST or None, kind=box.kind, initial=initial)
    who = workers.form(request, box.kind, box)
    holds = request.method == "POST" and form.is_valid()
    if holds and (who is None or who.is_valid()):
        now = timezone.now()
        if who is not None:
            staffing.choose_workers(
                by=request.member,
                mailbox=box,
                members=who.chosen("members"),
                teams=who.chosen("teams"),
                at=now,
            )
        options = dict(form.cleaned_data)
        old_too = options.pop("old_too")
        choosing.change_options(by=request.member, mailbox=box, at=now, **options)
        if old_too:
            defaults.apply_visibility(mailbox=box, by=request.member, at=now)
        chosen = set(request.POST.getlist("folders"))
        names = [folder.name for folder in folders if str(folder.uid) in chosen]
        usual = [folder.name for folder in folders if folder.role not in choosing.UNUSUAL]
        subscribing.choose_folders(
            by=request.member, mailbox=box, folders=None if names == usual else names, at=now
        )
        messages.success(request, _("Saved."))
        return redirect("sync:mailbox", workspace, box.uid)
    context = {
        "place": "health",
        "side": sidebar.side(request.member),
        "mailbox": box,
        "is_new": False,
        "form": form,
        "workers": who,
        "folders": folders,
        "switches": _switches(box),
        "switch_url": reverse("sync:options", args=(workspace, box.uid)),
        "can_delete": True,
    }
    wrong = form.errors or (who is not None and who.errors)
    return render(request, "sync/options.html", context, status=422 if wrong else 200)


@require_safe
def effect(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """What the chosen default would mean for the conversations that are there."""
    box = find(request, uid, manage=True)
    wanted = request.GET.get("visibility", box.visibility)
    if wanted not in Visibility.values:
        raise Http404
    context = {
        "effect": defaults_of.effect(box, wanted),
        "is_shared": wanted == Visibility.SHARED,
        "is_same": wanted == box.visibility,
    }
    return page_or_part(request, "sync/effect.html", context)


def _switches(box: Mailbox) -> list[dict[str, Any]]:
    texts = {
        "mirror_read": (_("Mark as read there too"), _("Off: what you read here stays unread.")),
        "mirror_archive": (_("Archive there too"), _("Moves mail to the server's archive.")),
        "mirror_delete": (_("Delete there too"), _("Moves mail to the server's trash.")),
        "follow_archive": (
            _("Archived there, archived here"),
            _("Off: what another program archives stays in the inbox here."),
        ),
        "follow_delete": (
            _("Deleted there, deleted here"),
            _("Off: what another program deletes stays here, with all its links."),
        ),
    }
    return [
        {"name": name, "title": title, "text": text, "on": getattr(box, name)}
        for name, (title, text) in texts.items()
    ]


def _switch(request: MemberRequest, box: Mailbox) -> HttpResponse:
    chosen = {name: bool(request.POST[name]) for name in SWITCHES if name in request.POST}
    choosing.change_options(by=request.member, mailbox=box, at=timezone.now(), **chosen)
    return HttpResponse(status=204)
