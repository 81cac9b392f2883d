"""Checks 1, 3 and 4: every box of a pile through a real Dovecot and the whole engine.

Import complete: every listed mail has a decision and is reachable, the raw bytes are those
listed, a second sync changes nothing. Fields: exactly the reference answers. Threads: no
thread that headers force is split, nothing is joined that neither headers nor subjects join,
and the order of arrival does not matter. Whatever is not so is listed at the end with its reason.
"""

from collections import defaultdict
from pathlib import Path
from typing import Any

from bench import ground
from bench.corpus import answers, checks, piles
from bench.corpus.fields import Report
from inbox.models import LedgerEntry, Message
from inbox.queries import blobs

HEAD = f"{'box':<20}{'mails':>7}{'stored':>8}{'twice':>7}{'failed':>8}{'threads':>9}  bounds"


# Where the number of threads is known (box: least, most)
COUNTS = {"notmuch-default": (24, 24), "sa-ham": (1087, 1257)}


def run(pile: Path, only: list[str] | None) -> list[checks.Check]:
    """Import every box twice, forwards and backwards, and compare."""
    report = Report()
    truths = piles.truths(pile)
    report.notes.append(HEAD)
    print(HEAD)
    with ground.servers() as (server, certificate):
        for name in only or piles.boxes(pile):
            listed = list(piles.mails(pile, name))
            bounds = piles.thread_bounds(pile, name)
            raws = {item.uid: item.raw for item in listed}
            office = _import(server, certificate, listed)
            threads = _threads(office)
            _complete(report, name, office, listed)
            report.compare(name, answers.answers(office, name, truths, raws))
            line = _line(name, listed, office.decisions(), threads, bounds)
            report.notes.append(line)
            print(line, flush=True)
            ground.wipe()
            turned = [_turned(item, len(listed)) for item in reversed(listed)]
            office = _import(server, certificate, turned)
            backward = [[len(listed) - uid + 1 for uid in group] for group in _threads(office)]
            ground.wipe()
            _partition(report, name, bounds, threads, backward, {i.uid: i.sha for i in listed})
    return report.checks()


def _turned(item: piles.Listed, count: int) -> piles.Listed:
    return piles.Listed(count - item.uid + 1, item.sha, item.raw, item.date)


def _import(server: Any, certificate: Any, listed: list[piles.Listed]) -> ground.Office:
    box = ground.box(server, certificate)
    piles.write_maildir(server.maildir(box.address), listed)
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
    wanted = {item.uid for item in listed}
    report.expect("numbers", set(before) == wanted, f"{name}: numbers differ")
    with office.world.opened():
        raws = {uid: piles.fingerprint(blobs.data(row[3])) for uid, row in before.items() if row[3]}
        messages = Message.objects.count()
    for item in listed:
        if raws.get(item.uid) != item.sha:
            report.other_bytes(name, item.uid, _is_nul_sent_otherwise(item, raws.get(item.uid)))
    lost = [uid for uid, row in before.items() if row[2] is None]
    report.expect("reachable", not lost, f"{name}: not reachable {lost[:10]}")
    office.pull(2)
    with office.world.opened():
        same = Message.objects.count() == messages
    holds = same and state() == before
    report.expect("second", holds, f"{name}: a second sync changed something")


def _is_nul_sent_otherwise(item: piles.Listed, sha: str | None) -> bool:
    """Whether the server sent 0x80 for NUL, which an IMAP literal may not hold (RFC 3501 §4.3)."""
    return sha == piles.fingerprint(item.raw.replace(b"\0", b"\x80"))


def _threads(office: ground.Office) -> list[list[int]]:
    """Our partition of every number of the box; the same bytes twice are one message."""
    found: dict[int, list[int]] = defaultdict(list)
    with office.world.opened():
        rows = LedgerEntry.objects.filter(folder__role="inbox", message__isnull=False)
        for number, thread in rows.values_list("number", "message__thread_id"):
            found[thread].append(number)
    return list(found.values())


def _partition(
    report: Report,
    name: str,
    bounds: dict[str, Any],
    threads: list[list[int]],
    backward: list[list[int]],
    shas: dict[int, str],
) -> None:
    thread_of = {uid: n for n, group in enumerate(threads) for uid in group}
    upper_of = {uid: n for n, group in enumerate(bounds["upper"]) for uid in group}
    split = [group for group in bounds["lower"] if len({thread_of.get(u) for u in group}) > 1]
    joined = [group for group in threads if len({upper_of[uid] for uid in group}) > 1]
    # Equal bytes without any id: the reference has them apart, we have them once
    twins = [group for group in joined if len({shas[uid] for uid in group}) == 1]
    report.same_bytes(name, twins)
    report.expect("split", not split, f"{name}: {len(split)} threads split, as {split[:1]}")
    joined = [group for group in joined if group not in twins]
    what = f"{name}: {len(joined)} threads overmerged, as {joined[:1]}"
    report.expect("joined", not joined, what)
    same = {frozenset(group) for group in threads} == {frozenset(group) for group in backward}
    report.expect("order", same, f"{name}: the order of arrival changes the threads")
    least, most = COUNTS.get(name, (0, len(shas)))
    counted = least <= len(threads) <= most
    report.expect("counts", counted, f"{name}: {len(threads)} threads, not {least} to {most}")


def _line(
    name: str,
    listed: list[piles.Listed],
    decisions: dict[str, int],
    threads: list[list[int]],
    bounds: dict[str, Any],
) -> str:
    return (
        f"{name:<20}{len(listed):>7}{decisions.get('imported', 0):>8}"
        f"{decisions.get('duplicate', 0):>7}{decisions.get('failed', 0):>8}{len(threads):>9}"
        f"  {len(bounds['upper'])} to {len(bounds['lower'])}"
    )
