"""`make corpus CORPUS=DIR`: every box of a pile through a real Dovecot and the whole engine.

Import complete: every listed mail has a decision and is reachable, the raw bytes are those
listed, a second sync changes nothing. Fields: equal to the reference answers. Threads: no
thread that headers force is split, nothing is joined that neither headers nor subjects join,
and the order of arrival does not matter.
"""

import argparse
import hashlib
import sys
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

from bench import ground, piles
from inbox.mime import parse
from inbox.models import Attachment, LedgerEntry, Message, MessageBody
from inbox.queries import blobs

FIELDS = ("subject", "from", "date", "message_id", "has_html", "attachments")
ENOUGH = 0.995


class Report:
    """What held and what did not, box by box."""

    def __init__(self) -> None:
        self.failures: list[str] = []
        self.equal: Counter[str] = Counter()
        self.asked: Counter[str] = Counter()
        self.examples: dict[str, list[str]] = defaultdict(list)

    def expect(self, holds: bool, what: str) -> None:
        if not holds:
            self.failures.append(what)

    def compare(self, field: str, ours: Any, theirs: Any, where: str) -> None:
        self.asked[field] += 1
        self.equal[field] += ours == theirs
        if ours != theirs:
            self.examples[field].append(f"{where}: {str(ours)[:80]!r}, not {str(theirs)[:80]!r}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pile", type=Path)
    parser.add_argument("--box", action="append", help="only this box; may be repeated")
    options = parser.parse_args()
    report = Report()
    names = options.box or piles.boxes(options.pile)
    truths = piles.truths(options.pile)
    print(f"{'box':<20}{'mails':>7}{'stored':>8}{'twice':>7}{'failed':>8}{'threads':>9}  bounds")
    with ground.servers() as (server, certificate):
        for name in names:
            listed = list(piles.mails(options.pile, name))
            threads = {}
            for order in ("forward", "reverse"):
                office = _import(server, certificate, listed, reverse=order == "reverse")
                threads[order] = _threads(office, listed, order)
                if order == "forward":
                    _complete(report, name, office, listed)
                    _fields(report, name, office, truths, {i.uid: i.raw for i in listed})
                    decisions = office.decisions()
                ground.wipe()
            _partition(report, name, options.pile, threads)
            _line(name, listed, decisions, threads["forward"], options.pile)
    return _summary(report)


def _import(
    server: Any, certificate: Any, listed: list[piles.Listed], *, reverse: bool
) -> ground.Office:
    box = ground.box(server, certificate)
    ordered = list(reversed(listed)) if reverse else listed
    count = len(ordered)
    numbered = [
        piles.Listed(count - item.uid + 1 if reverse else item.uid, item.sha, item.raw, item.date)
        for item in ordered
    ]
    piles.write_maildir(server.maildir(box.address), numbered)
    server.own(server.root / "mail" / box.address)
    office = ground.Office.open(ground.World.build(), box)
    ground.pull_all(office)
    return office


def _complete(report: Report, name: str, office: ground.Office, listed: list[piles.Listed]) -> None:
    def state() -> dict[int, tuple[Any, ...]]:
        with office.world.opened():
            rows = LedgerEntry.objects.filter(mailbox=office.mailbox, folder__role="inbox")
            return {
                entry.number: (entry.decision, entry.reason, entry.message_id, entry.blob_id)
                for entry in rows
            }

    before = state()
    report.expect(set(before) == {item.uid for item in listed}, f"{name}: numbers differ")
    with office.world.opened():
        raws = {uid: piles.fingerprint(blobs.data(row[3])) for uid, row in before.items() if row[3]}
        messages = Message.objects.count()
    wrong = [item.uid for item in listed if raws.get(item.uid) not in _fingerprints(item)]
    report.expect(not wrong, f"{name}: raw bytes differ for {wrong[:10]}")
    lost = [uid for uid, row in before.items() if row[2] is None]
    report.expect(not lost, f"{name}: not reachable {lost[:10]}")
    office.pull(2)
    with office.world.opened():
        same = Message.objects.count() == messages
    report.expect(same and state() == before, f"{name}: a second sync changed something")


def _fingerprints(item: piles.Listed) -> set[str]:
    """As listed, or with NUL as 0x80: so Dovecot sends what IMAP literals may not hold."""
    return {item.sha, piles.fingerprint(item.raw.replace(b"\0", b"\x80"))}


def _fields(
    report: Report,
    name: str,
    office: ground.Office,
    truths: dict[tuple[str, int], Any],
    listed: dict[int, bytes],
) -> None:
    with office.world.opened():
        entries = LedgerEntry.objects.filter(folder__role="inbox").select_related("message")
        by_uid = {entry.number: entry.message for entry in entries}
        files: dict[int, list[str]] = defaultdict(list)
        raws = {message.pk: listed[uid] for uid, message in by_uid.items() if message}
        for file in Attachment.objects.exclude(filename=""):
            # The answers are about the listed bytes; a server may have changed line ends
            data = parse.part_bytes(raws[file.message_id], file.part)
            files[file.message_id].append(hashlib.sha256(data).hexdigest()[:16])
        html = set(MessageBody.objects.exclude(html="").values_list("message_id", flat=True))
    for uid, message in by_uid.items():
        truth = truths.get((name, uid))
        if truth is None or message is None:
            continue
        ours = {
            "subject": " ".join(message.subject.split()),
            "from": message.sender_address,
            "date": f"{message.sent_at:%Y-%m-%dT%H:%M:%SZ}" if message.sent_at else None,
            "message_id": message.rfc_id,
            "has_html": message.pk in html,
            "attachments": sorted(files[message.pk]),
        }
        for field in FIELDS:
            # An answer with U+FFFD says that the reference could not read the charset either
            if field in truth and "\ufffd" not in str(truth[field]):
                report.compare(field, ours[field], _theirs(field, truth[field]), f"{name} {uid}")


def _theirs(field: str, value: Any) -> Any:
    if field == "subject":
        return " ".join((value or "").replace("\0", "").split())
    if field == "from":
        return value or ""
    if field == "message_id":
        return value.strip("<>") if value else value
    if field == "attachments":
        return sorted(item["sha256_16"] for item in value)
    return value


def _threads(office: ground.Office, listed: list[piles.Listed], order: str) -> list[list[int]]:
    """Our partition, in the pile's numbers."""
    found: dict[int, list[int]] = defaultdict(list)
    with office.world.opened():
        # The same bytes are one message by design; the first location of it is enough here
        rows = LedgerEntry.objects.filter(folder__role="inbox", decision="imported")
        for number, thread in rows.values_list("number", "message__thread_id"):
            found[thread].append(len(listed) - number + 1 if order == "reverse" else number)
    return sorted(sorted(group) for group in found.values())


def _partition(report: Report, name: str, pile: Path, threads: dict[str, list[list[int]]]) -> None:
    bounds = piles.thread_bounds(pile, name)
    thread_of = {uid: n for n, group in enumerate(threads["forward"]) for uid in group}
    upper_of = {uid: n for n, group in enumerate(bounds["upper"]) for uid in group}
    split = [
        g for g in bounds["lower"] if len({thread_of[uid] for uid in g if uid in thread_of}) > 1
    ]
    joined = [g for g in threads["forward"] if len({upper_of.get(uid) for uid in g}) > 1]
    report.expect(not split, f"{name}: {len(split)} threads split, as {split[:1]}")
    report.expect(not joined, f"{name}: {len(joined)} threads overmerged, as {joined[:1]}")
    same = _without_twins(threads)
    report.expect(same, f"{name}: the order of arrival changes the threads")


def _without_twins(threads: dict[str, list[list[int]]]) -> bool:
    """Whether both orders made the same threads; of equal bytes either may be the stored one."""
    common = {uid for group in threads["forward"] for uid in group} & {
        uid for group in threads["reverse"] for uid in group
    }
    forward, backward = (
        sorted(sorted(set(group) & common) for group in threads[order])
        for order in ("forward", "reverse")
    )
    return [g for g in forward if g] == [g for g in backward if g]


def _line(
    name: str,
    listed: list[piles.Listed],
    decisions: dict[str, int],
    threads: list[list[int]],
    pile: Path,
) -> None:
    bounds = piles.thread_bounds(pile, name)
    print(
        f"{name:<20}{len(listed):>7}{decisions.get('imported', 0):>8}"
        f"{decisions.get('duplicate', 0):>7}{decisions.get('failed', 0):>8}{len(threads):>9}"
        f"  {len(bounds['upper'])} to {len(bounds['lower'])}",
        flush=True,
    )


def _summary(report: Report) -> int:
    print(f"\n{'field':<16}{'equal':>8}{'of':>8}")
    for field in FIELDS:
        asked, equal = report.asked[field], report.equal[field]
        if asked:
            print(f"{field:<16}{equal:>8}{asked:>8}{equal / asked:>9.2%}")
            report.expect(equal / asked >= ENOUGH, f"{field}: less than {ENOUGH:.1%} equal")
        for example in report.examples[field][:5]:
            print(f"    {example}")
    print("\n" + ("\n".join(report.failures) or "Everything held."))
    return 1 if report.failures else 0


if __name__ == "__main__":
    sys.exit(main())
