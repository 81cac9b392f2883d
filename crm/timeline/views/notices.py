"""What a member is told of."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from crm.timeline import subjects
from crm.timeline.actions.telling import read_all
from crm.timeline.models import EventAbout
from crm.timeline.queries import linked, matching, notices, titles
from crm.ui.render import page_or_part
from crm.workspaces.middleware import MemberRequest


@require_safe
def listed(request: MemberRequest, workspace: str) -> HttpResponse:
    """Reminders and mentions, the newest first; looking at them makes them read. Part `items`."""
    rows = notices.notices(request.member)
    links = {_pair(each) for row in rows for each in row.event.about.all()}
    known = subjects.named(request.member, links)
    threads = titles.named(request.member, rows, "thread")
    planned = notices.planned(request.member, rows)
    about = linked.about_of(request.member, list(planned.values()))
    shown = [
        (
            row,
            [known[pair] for each in row.event.about.all() if (pair := _pair(each)) in known]
            or about.get(planned[row.pk].pk if row.pk in planned else 0, []),
            threads.get(row.pk),
            planned.get(row.pk),
        )
        for row in rows
    ]
    context = {"place": "notices", "rows": shown}
    response = page_or_part(request, "crm/timeline/notices.html", context, part="items")
    read_all(member=request.member, at=timezone.now())
    return response


def _pair(link: EventAbout) -> tuple[str, int]:
    return link.kind, link.object_id


@require_safe
def side(request: MemberRequest, workspace: str) -> HttpResponse:
    """The two numbers of the side bar: what is due, and what one was told of."""
    context = {
        "due": matching.waiting(request.member, timezone.now()),
        "unread": notices.unread(request.member),
    }
    return render(request, "crm/timeline/side.html", context)
