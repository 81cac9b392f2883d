"""The page of somebody with much mail: `python -m bench.letters`.

100,000 mails in three mailboxes, 5,000 of the conversations with one person; times are whole
requests of a member, through sessions, both walls and templates.
"""

import argparse
import os
import re
import statistics
import sys
from functools import partial
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from django.db import connections

from bench import ground, reading, selling
from bench.table import Line, show, write
from crm.contacts.models import Organization, Person, PersonEmail
from tests import make
from tests.world import NOW, World

THREADS, MAILS, OF_ONE = 40_000, 100_000, 8
LIMIT = 40.0
WORDS = """100,000 mails in 40,000 conversations of three mailboxes, every eighth of them with one
person, the others with a thousand people who share 400 organizations. The middle of 21 whole
requests of a member, through sessions, both tenant walls and templates. Two processor cores;
{load}."""

FROM = " FROM generate_series(1, %(threads)s::int) n"
BOX = "(%(boxes)s::bigint[])[1 + n %% %(box_count)s]"
WHO = "CASE WHEN n %% %(of_one)s = 0 THEN 0 ELSE 1 + n %% 999 END"
AT = "%(at)s::timestamptz - (%(threads)s - n) * interval '7 minutes'"
FILLS = (
    f"""INSERT INTO inbox_thread (workspace_id, id, uid, subject, created_at) SELECT %(here)s,
    {{base}} + n, gen_random_uuid(), 'Loggers ' || n, {AT}{FROM}""",
    f"""INSERT INTO inbox_mailboxthread (workspace_id, thread_id, mailbox_id, visibility, place,
    subject, snippet, people, last_at, last_direction, message_count, unread_count, has_attachment,
    has_sent) SELECT %(here)s, {{base}} + n, {BOX}, 'private', 'inbox', 'Loggers ' || n,
    'As agreed, the loggers ' || n, '[["Dana", "dana@northwind.test", false]]', {AT}, 'in', 2, 0,
    false, false{FROM}""",
    f"""INSERT INTO inbox_threadlink (workspace_id, thread_id, kind, object_id, source, why,
    created_at) SELECT %(here)s, {{base}} + n, 'person', (%(people)s::bigint[])[1 + {WHO}], 'auto',
    'p' || ({WHO}) || '@firm.test', {AT}{FROM}""",
    f"""INSERT INTO inbox_message (workspace_id, id, uid, mailbox_id, thread_id, blob_id, rfc_id,
    subject, sender_name, sender_address, snippet, received_at, direction, kind, origin, quality,
    defects, is_read, is_bulk, has_html, attachment_count, recipient_count, size, is_bare_reply,
    created_at) SELECT %(here)s, {{base}} + m, gen_random_uuid(), {BOX}, {{base}} + n, 1,
    m || '@firm.test', 'Loggers ' || n, 'Dana', 'p' || ({WHO}) || '@firm.test',
    'As agreed, the loggers ' || m, {AT} - (m / %(threads)s) * interval '3 days', 'in', 'mail',
    'backfill', 'full', '{{{{}}}}', true, false, false, 0, 1, 4000, false, {AT}
    FROM (SELECT m, 1 + m %% %(threads)s AS n FROM generate_series(1, %(mails)s::int) m) one""",
    """INSERT INTO inbox_participant (workspace_id, message_id, role, position, name, address)
    SELECT workspace_id, id, 'from', 0, sender_name, sender_address FROM inbox_message
    WHERE workspace_id = %(here)s
    UNION ALL SELECT workspace_id, id, 'to', 1, 'Alice', 'alice@acme.test' FROM inbox_message
    WHERE workspace_id = %(here)s""",
)


def main() -> int:
    """Returns 1 when a line misses its bar."""
    parser = argparse.ArgumentParser(prog="python -m bench.letters", description=__doc__)
    parser.add_argument("--write", type=Path, help="the page to write, such as docs/letters.md")
    chosen, before = parser.parse_args(), os.getloadavg()[1]
    with ground.database():
        world = World.build()
        lines = measure(world, fill(world))
    missed = show(lines)
    if chosen.write:
        load = f"load {before:.1f} at the beginning, {os.getloadavg()[1]:.1f} at the end"
        command = "python -m bench.letters"
        write(chosen.write, WORDS.format(load=load), command, lines, "Speed of much mail")
    return 1 if missed else 0


def fill(world: World) -> Person:
    """The mails; returns who has most of them."""
    ours = selling._prepare(world)
    selling._fill(ours, (0, 0, 0), selling.SMALL)
    with world.opened():
        boxes = [make.mailbox(world.bob, f"bob{n}@acme.test").pk for n in range(3)]
        people = list(Person.objects.filter(visibility="everyone").order_by("pk")[:1000])
        PersonEmail.objects.bulk_create(
            PersonEmail(person=person, address=f"p{n}@firm.test", is_primary=True)
            for n, person in enumerate(people)
        )
        firm = Organization.objects.visible_to(world.bob).order_by("pk").first()
        Person.objects.filter(pk__in=[each.pk for each in people[:20]]).update(organization=firm)
    values = {
        "here": world.acme.pk, "boxes": boxes, "box_count": len(boxes), "of_one": OF_ONE,
        "people": [each.pk for each in people], "threads": THREADS, "mails": MAILS, "at": NOW,
    }  # fmt: skip
    for statement in FILLS:
        ground.as_superuser(statement.format(base=1_000_000), values)
    with world.opened():
        busy: Person = Person.objects.select_related("organization").get(pk=people[0].pk)
    return busy


def measure(world: World, busy: Person) -> list[Line]:
    """Milliseconds of the page of the record, its history and its mail."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    browser = world.browser(world.bob)
    with world.opened():
        few = Person.objects.get(emails__address="p500@firm.test")
        firm, deal = busy.organization, make.deal(make.pipeline()[0], person=busy)
    assert firm is not None
    lines = []
    records: dict[str, Any] = {"person": busy, "organization": firm, "deal": deal}
    for kind, record in [*records.items(), ("person", few)]:
        name = "a person with 35 conversations" if record == few else WHOSE[kind]
        whole = f"/acme/{record.MANY}/{record.uid}/"
        history = f"/acme/history/{kind}/{record.uid}/"
        pages: dict[str, tuple[str, dict[str, Any]]] = {
            "page": (whole, {}),
            "history": (history, {}),
            "mail in the history": (history, {"show": "mail"}),
            "e-mail tab": (f"/acme/inbox/of/{kind}/{record.uid}/", {}),
            "what is offered from before": (f"/acme/inbox/of/{kind}/{record.uid}/", {"offer": "1"}),
        }
        first = reading._get(browser, history, {"show": "mail"}).decode()
        if found := re.search(r"after=([^\"&]+)", first):
            after = unquote(unescape(found[1]))
            pages["older mail"] = (history, {"show": "mail", "after": after})
        for what, (path, query) in pages.items():
            took = statistics.median(reading._times(partial(reading._get, browser, path, query)))
            lines.append(Line(f"{name}: {what}", f"{took:.1f} ms", f"limit {LIMIT:g}",
                              took / LIMIT, 1.0, is_limit=True))  # fmt: skip
    return lines


WHOSE = {
    "person": "a person with 5,000 conversations",
    "organization": "where that person works",
    "deal": "a deal with that person",
}


if __name__ == "__main__":
    sys.exit(main())
