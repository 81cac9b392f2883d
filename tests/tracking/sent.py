"""A mail that left with tracking, as far as the engine would take it, and what it asks for."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.test import Client

from crm.workspaces.models import Membership
from inbox.actions import compose, receive
from inbox.mime import parse
from inbox.models import Mailbox, Message, Outgoing
from inbox.queries import blobs
from tests import make
from tests.world import NOW, World
from tracking.actions import marking
from tracking.models import Hit

PERSON = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 "
    "Safari/537.36"
)
GOOGLE = "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)"
HTML = (
    '<p>Here is <a href="https://acme.test/offer?a=1&amp;b=2">our offer</a>,'
    ' <a href="https://acme.test/terms">the terms</a>, <a href="https://acme.test/map">a map</a>,'
    ' <a href="mailto:alice@acme.test">me</a>.</p>'
)
LINK = re.compile(rf"{re.escape(settings.SITE_URL)}/t/([0-9A-Za-z]{{22}})(\.gif)?")


@dataclass
class Sent:
    """A mail as it left, and as it is kept."""

    message: Message
    outgoing: Outgoing
    kept: bytes
    left: bytes

    @property
    def html(self) -> str:
        return str(parse.parse(self.left).clean_html)

    @property
    def pixel(self) -> str:
        return next((f"/t/{token}.gif" for token, end in LINK.findall(self.html) if end), "")

    @property
    def links(self) -> list[str]:
        return [f"/t/{token}" for token, end in LINK.findall(self.html) if not end]


def send(
    box: Mailbox,
    by: Membership,
    *,
    opens: bool = True,
    clicks: bool = True,
    at: datetime = NOW,
    **fields: Any,
) -> Sent:
    """Write, queue and send; the workspace is open."""
    said = {"html": HTML, "tracks_opens": opens, "tracks_clicks": clicks} | fields
    draft = make.draft(box, by, **said)
    item = compose.queue_message(draft=draft, by=by, at=at)
    kept = blobs.data(item.blob_id)
    left = marking.marked(outgoing=item, raw=kept, at=at)
    item.state, item.sending_at, item.sent_at = Outgoing.State.SENT, at, at
    item.save()
    pk = receive.store_sent(outgoing=item, parsed=parse.parse(kept), at=at)
    return Sent(Message.objects.select_related("thread").get(pk=pk), item, kept, left)


def ask(path: str, *, agent: str = PERSON, method: str = "GET", **extra: Any) -> Any:
    """Somebody elsewhere asks for a pixel or follows a link."""
    outside = Client(SERVER_NAME="localhost", SERVER_PORT="8000", REMOTE_ADDR="198.51.100.7")
    return outside.generic(method, path, headers={"User-Agent": agent, **extra})


def heard(world: World) -> list[tuple[str, str, str]]:
    """What is kept, oldest first: pixel or link, who, why."""
    with world.opened():
        rows = Hit.objects.order_by("pk").values_list("trace__kind", "who", "reason")
        return list(rows)


def later(world: World, back: timedelta) -> None:
    """Let time pass since everything was asked for."""
    with world.opened():
        for row in Hit.objects.all():
            Hit.objects.filter(pk=row.pk).update(at=row.at - back)
