"""Check 10: lists of contacts as other programs write them, and cards."""

import json
from collections.abc import Callable
from pathlib import Path

from django.utils import timezone

from bench import ground
from bench.corpus import checks
from crm.contacts import actions
from crm.contacts.models import Import, Person, PersonEmail
from crm.contacts.tables import cards, charset, reading
from crm.contacts.tables.table import Unreadable
from crm.workspaces.models import Membership

# Rows of a file, people with an address that come of them
LISTS = {"google-new.csv": (10, 7), "hubspot-contacts.csv": (10, 7), "outlook-cp1252.csv": (9, 6)}
FOLDERS = ("contacts-csv", "roundcube/csv", "roundcube/vcf")


def run(pile: Path, only: list[str] | None) -> list[checks.Check]:
    """Import every list twice, and hold every card against the reference."""
    check = checks.Check(10, "Contacts")
    with ground.servers():
        for name, (rows, people) in LISTS.items():
            _list(check, pile / "contacts-csv" / name, rows, people)
    _cards(check, pile)
    _others(check, pile)
    return [check]


def _list(check: checks.Check, path: Path, rows: int, people: int) -> None:
    if not path.exists():
        return
    world = ground.World.build()
    try:
        first = _import(world, world.alice, path)
        with world.opened():
            valid = PersonEmail.objects.filter(is_live=True).values("person").distinct().count()
        known = first.counts["created"] + first.counts["skipped"] + first.counts["failed"]
        check.add(f"{path.name}: rows read", str(rows), first.total, first.total == rows)
        check.add(f"{path.name}: rows accounted for", str(rows), known, known == rows)
        figure = f"{valid}, {first.counts['failed']} refused"
        check.add(f"{path.name}: people with an address", str(people), figure, valid == people)
        with world.opened():
            before = Person.objects.count()
        again = _import(world, world.alice, path)
        with world.opened():
            added = Person.objects.count() - before
        holds = added == 0 == again.counts["created"]
        check.add(f"{path.name}: added by importing it again", "0", added, holds)
    finally:
        ground.wipe()


def _import(world: ground.World, by: Membership, path: Path) -> Import:
    with world.opened():
        batch = actions.begin_import(
            data=path.read_bytes(),
            filename=path.name,
            kind="",
            region="",
            by=by,
            at=timezone.now(),
        )
    given = {"workspace_id": world.acme.pk, "import_id": batch.pk}
    actions.work(**given)
    with world.opened():
        batch.refresh_from_db()
        actions.start_import(batch=batch, by=by, at=timezone.now())
    actions.work(**given)
    with world.opened():
        batch.refresh_from_db()
    return batch


def _cards(check: checks.Check, pile: Path) -> None:
    """Names and addresses of every file the reference could read."""
    same = asked = unread = 0
    with open(pile / "_truth" / "vcards.jsonl") as lines:
        answers = [json.loads(line) for line in lines]
    for answer in answers:
        found = list(cards.read(charset.decode((pile / answer["file"]).read_bytes())))
        if answer["vobject_error"]:
            unread += not found
            continue
        asked += 1
        plain: Callable[[str], str] = cards._plain
        names = [plain(card.one("FN")) for card in found]
        addresses = [plain(each) for card in found for each in card.values.get("EMAIL", [])]
        wanted = [name for name in answer["fn"] if name]
        if (len(found), list(filter(None, names)), addresses) == (
            answer["vcards"],
            wanted,
            answer["emails"],
        ):
            same += 1
        else:
            check.short.append(f"card: {answer['file']}")
    check.share("cards equal to the reference", same, asked, 100)
    check.notes.append(
        f"of {len(answers) - asked} files that the reference could not read, {unread} gave nothing"
    )


def _others(check: checks.Check, pile: Path) -> None:
    """Every other list there is can be read or is refused with a reason."""
    broken = []
    for folder in FOLDERS:
        for path in sorted((pile / folder).glob("*.*")):
            if path.suffix not in (".csv", ".vcf"):
                continue
            try:
                reading.read(path.read_bytes())
            except Unreadable as error:
                check.notes.append(f"{folder}/{path.name}: {error.code}")
            except Exception as error:  # noqa: BLE001 what must not happen is counted
                broken.append(f"{folder}/{path.name}: {error!r}")
    check.none("lists that broke the reader", broken)
