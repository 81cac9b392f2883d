"""What the mail server holds, what we hold, and what they do not have in common."""

from collections import Counter

from bench.figures import Figure
from bench.ground import Box, Office
from crm.timeline.models import Event
from inbox.models import LedgerEntry, Message, Outgoing
from tests.servers.sink import Sink

FIELD = "BODY[HEADER.FIELDS (MESSAGE-ID)]"


def on_server(box: Box, folder: str = "INBOX") -> Counter[str]:
    """How often each Message-ID is in a folder, as another client lists it."""
    with box.client() as client:
        client.select_folder(folder, readonly=True)
        found = client.fetch("1:*", [f"{FIELD[:4]}.PEEK{FIELD[4:]}"])
    ids: Counter[str] = Counter()
    for row in found.values():
        words = bytes(row[FIELD.encode()]).decode("ascii", "replace")
        ids[words.partition(":")[2].strip().strip("<>")] += 1
    return ids


def imported(office: Office) -> int:
    """Ledger entries that came to an end."""
    with office.world.opened():
        return LedgerEntry.objects.exclude(decision="pending").count()


def reading(office: Office, *, told: int = 0) -> list[Figure]:
    """The mailbox against our rows; `told` is how often somebody should have been told of mail."""
    theirs = on_server(office.box)
    with office.world.opened():
        ours = Counter(Message.objects.filter(direction="in").values_list("rfc_id", flat=True))
        ours += Counter(Message.objects.filter(direction="out").values_list("rfc_id", flat=True))
        decisions = Counter(LedgerEntry.objects.values_list("decision", flat=True))
        events = Event.objects.filter(verb="email.received").count()
    return [
        Figure("mails the server lists", theirs.total()),
        Figure("of them not here", sum((theirs - ours).values()), 0),
        Figure("here more often than there", sum((ours - theirs).values()), 0),
        Figure("pending, failed or skipped in the ledger", _rest(decisions), 0),
        Figure("ledger entries too many or too few", abs(decisions.total() - theirs.total()), 0),
        Figure("told of a mail too often or too seldom", abs(events - told), 0),
    ]


def _rest(decisions: Counter[str]) -> int:
    return decisions.total() - decisions["imported"]


def leaving(office: Office) -> int:
    """Mails nobody works at any more."""
    with office.world.opened():
        return Outgoing.objects.exclude(state__in=["queued", "sending"]).count()


def sending(office: Office, sink: Sink) -> list[Figure]:
    """What arrived against what the outbox says."""
    arrived = Counter(address for mail in sink.mails for address in mail.recipients)
    with office.world.opened():
        rows = list(Outgoing.objects.values_list("state", "recipients"))
    states = Counter(state for state, _to in rows)
    came = {
        state: sum(arrived[to[0]] > 0 for each, to in rows if each == state) for state in states
    }
    return [
        Figure("mails written", len(rows)),
        Figure("arrived once", sum(count == 1 for count in arrived.values())),
        Figure("arrived twice", sum(count > 1 for count in arrived.values()), 0),
        Figure("called sent, and never arrived", states["sent"] - came.get("sent", 0), 0),
        Figure("called failed, and arrived", came.get("failed", 0), 0),
        Figure("called cancelled, and arrived", came.get("cancelled", 0), 0),
        Figure("still waiting, and arrived", came.get("queued", 0) + came.get("sending", 0), 0),
        Figure("still waiting", states["queued"] + states["sending"], 0),
        Figure("left to a person, as nobody can know", states["unknown"]),
        Figure("of them arrived", came.get("unknown", 0)),
    ]
