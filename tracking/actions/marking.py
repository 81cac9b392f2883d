"""A mail gets its pixel and its links when it leaves, and its thread is known as tracked then.

The copy that is stored and shown here is the one without them.
"""

import secrets
import string
from datetime import datetime
from functools import partial

from django.conf import settings
from django.db import transaction

from inbox.models import MailboxThread, Message, Outgoing
from tracking import rewrite
from tracking.actions import away
from tracking.models import Trace

LETTERS = string.digits + string.ascii_letters
# Letters of 62 kinds that hold 128 bits
LENGTH = 22


def marked(*, outgoing: Outgoing, raw: bytes, at: datetime) -> bytes:
    """The bytes that leave instead of `raw`: with what its writer chose to have tracked.

    Another attempt has the same tokens and so the same bytes. Needs a transaction, and nobody
    else may send the mail. `raw` comes back as it is where nothing was chosen or there is no HTML.
    """
    html = rewrite.said(raw) if outgoing.tracks_opens or outgoing.tracks_clicks else ""
    if not html:
        return raw
    wanted: list[tuple[str, int, str]] = []
    if outgoing.tracks_opens:
        wanted.append((Trace.Kind.OPEN, 0, ""))
    if outgoing.tracks_clicks:
        found = enumerate(rewrite.targets(html), start=1)
        wanted += [(Trace.Kind.CLICK, position, target) for position, target in found]
    addresses = _addresses(outgoing, wanted, at)
    return rewrite.marked(raw, pixel=addresses.pop("", ""), links=addresses)


def settle(outgoing: Outgoing, message: Message) -> None:
    """The mail has left and has its place: its conversation holds something tracked."""
    if not Trace.objects.filter(outgoing=outgoing).update(message=message):
        return
    Message.objects.filter(pk=message.pk).update(is_tracked=True)
    rows = MailboxThread.objects.filter(thread=message.thread_id, mailbox=message.mailbox_id)
    rows.update(is_tracked=True)


def _addresses(
    outgoing: Outgoing, wanted: list[tuple[str, int, str]], at: datetime
) -> dict[str, str]:
    """What stands in the mail by where it leads; "" leads nowhere and is the pixel."""
    known = {trace.target: trace for trace in Trace.objects.filter(outgoing=outgoing)}
    missing = [
        Trace(
            outgoing=outgoing,
            kind=kind,
            position=position,
            token=_token(),
            target=target,
            created_at=at,
        )
        for kind, position, target in wanted
        if target not in known
    ]
    known |= {trace.target: trace for trace in Trace.objects.bulk_create(missing)}
    ways = {trace.token: trace.target for trace in known.values()}
    transaction.on_commit(partial(away.remember, ways))
    return {target: _address(known[target]) for _kind, _position, target in wanted}


def _address(trace: Trace) -> str:
    end = ".gif" if trace.kind == Trace.Kind.OPEN else ""
    return f"{settings.SITE_URL}/t/{trace.token}{end}"


def _token() -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
