"""Twenty mailboxes of one workspace, 200,000 mails in one of them, written by SQL in a minute.

What is narrowed to is spread as mail has it: every second conversation belongs to a person, every
fortieth to a deal, every sixth is somebody's, a few are put aside. One label lies on a tenth of
all, those that are oldest, which is the hardest to find from the newest down.
"""

from dataclasses import dataclass
from typing import Any

from django.db import connections

from bench import ground, selling
from crm.contacts.models import Person, PersonEmail
from crm.deals.models import Deal
from inbox.models import Mailbox, MailLabel
from tests import make
from tests.world import NOW, World

BOXES = 20
# Mails and conversations of the large mailbox, and of each of the others
LARGE, OTHER = (200_000, 80_000), (2_000, 800)
BASE, STEP = 1_000_000, 1_000_000

FROM = " FROM generate_series(1, %(threads)s::int) n"
WHO = "(n %% 1000)"
ADDRESS = (
    f"CASE WHEN n %% 2 = 0 THEN 'p' || {WHO} || '@firm.test' ELSE 'x' || n || '@shop.test' END"
)
AT = "%(at)s::timestamptz - (%(threads)s - n) * interval '7 minutes'"
PLACE = "CASE WHEN n %% 200 = 0 THEN 'snoozed' WHEN n %% 10 < 4 THEN 'archive' ELSE 'inbox' END"
OUT = "n %% 3 = 0"
MAIL = "FROM (SELECT m, 1 + m %% %(threads)s AS n FROM generate_series(1, %(mails)s::int) m) one"

FILLS = (
    f"""INSERT INTO inbox_thread (workspace_id, id, uid, subject, created_at) SELECT %(here)s,
    %(base)s + n, gen_random_uuid(), 'Loggers ' || n, {AT}{FROM}""",
    f"""INSERT INTO inbox_mailboxthread (workspace_id, thread_id, mailbox_id, visibility, place,
    subject, snippet, people, last_at, last_direction, message_count, unread_count, has_attachment,
    has_sent, is_tracked, assignee_id, snoozed_at) SELECT %(here)s, %(base)s + n, %(box)s,
    %(seen)s, {PLACE}, 'Loggers ' || n, 'As agreed, the loggers ' || n,
    jsonb_build_array(jsonb_build_array('Dana', {ADDRESS}, false)), {AT},
    CASE WHEN {OUT} THEN 'out' ELSE 'in' END, 2 + (n < %(mails)s - 2 * %(threads)s)::int,
    (n %% 25 = 0)::int, n %% 7 = 0, {OUT}, n %% 30 = 0,
    CASE WHEN %(is_team)s THEN CASE n %% 12 WHEN 0 THEN %(me)s WHEN 5 THEN %(colleague)s END END,
    CASE WHEN n %% 200 = 0 THEN {AT} END{FROM}""",
    f"""INSERT INTO inbox_threadlink (workspace_id, thread_id, kind, object_id, source, why,
    created_at) SELECT %(here)s, %(base)s + n, 'person', (%(people)s::bigint[])[1 + {WHO}], 'auto',
    {ADDRESS}, {AT}{FROM} WHERE n %% 2 = 0
    UNION ALL SELECT %(here)s, %(base)s + n, 'deal', (%(deals)s::bigint[])[1 + n / 40 %% 1000],
    'auto', {ADDRESS}, {AT}{FROM} WHERE n %% 40 = 6""",
    f"""INSERT INTO inbox_threadlabel (workspace_id, label_id, thread_id, mailbox_id, at, last_at)
    SELECT %(here)s, (%(labels)s::bigint[])[kind], %(base)s + n, %(box)s, {AT}, {AT}
    FROM generate_series(1, %(threads)s::int) n CROSS JOIN generate_series(1, 3) kind
    WHERE kind = 1 AND n %% 5 = 0 OR kind = 2 AND n %% 2000 = 0
    OR kind = 3 AND n < %(threads)s / 10""",
    f"""INSERT INTO inbox_threadunread (workspace_id, thread_id, mailbox_id, member_id, count,
    last_at) SELECT %(here)s, %(base)s + n, %(box)s, %(me)s, 1, {AT}{FROM}
    WHERE %(is_team)s AND n %% 60 = 7""",
    f"""INSERT INTO inbox_wake (workspace_id, thread_id, mailbox_id, kind, due_at, since,
    unless_answered) SELECT %(here)s, %(base)s + n, %(box)s, 'snooze',
    %(at)s::timestamptz + interval '3 days', {AT}, false{FROM} WHERE n %% 200 = 0""",
    f"""INSERT INTO inbox_message (workspace_id, id, uid, mailbox_id, thread_id, blob_id, rfc_id,
    subject, sender_name, sender_address, snippet, received_at, direction, kind, origin, quality,
    defects, is_read, is_bulk, has_html, attachment_count, recipient_count, size, is_bare_reply,
    created_at) SELECT %(here)s, %(base)s + m, gen_random_uuid(), %(box)s, %(base)s + n, 1,
    %(base)s + m || '@firm.test', 'Loggers ' || n, 'Dana', {ADDRESS},
    'As agreed, the loggers ' || m, {AT} - (m / %(threads)s) * interval '3 days',
    CASE WHEN {OUT} AND m <= %(threads)s THEN 'out' ELSE 'in' END, 'mail', 'backfill', 'full',
    '{{}}', true, n %% 8 = 1, false, (n %% 7 = 0)::int, 1, 4000, false, {AT} {MAIL}""",
    """INSERT INTO inbox_messagebody (workspace_id, message_id, mailbox_id, received_at, text,
    own_text, html, search) SELECT workspace_id, id, mailbox_id, received_at,
    convert_to(words, 'UTF8'), convert_to(words, 'UTF8'), ''::bytea, to_tsvector('fio', words)
    FROM (SELECT b.*, 'As agreed the loggers ' || CASE WHEN id %% 3 = 0 THEN 'delivery ' ELSE '' END
      || CASE WHEN id %% 50 = 0 THEN 'in the cold chain ' ELSE '' END
      || CASE WHEN id %% 9973 = 0 THEN 'fria paulo pedido sensor ' ELSE '' END
      || (SELECT string_agg('w' || (hashint8(b.id * 31 + k) & 4095), ' ')
          FROM generate_series(1, 24) k) AS words
      FROM inbox_message b WHERE workspace_id = %(here)s AND mailbox_id = %(box)s) said""",
    """INSERT INTO inbox_participant (workspace_id, message_id, role, position, name, address)
    SELECT workspace_id, id, 'from', 0, sender_name, sender_address FROM inbox_message
    WHERE workspace_id = %(here)s AND mailbox_id = %(box)s
    UNION ALL SELECT workspace_id, id, 'to', 1, 'Sales', 'sales@acme.test' FROM inbox_message
    WHERE workspace_id = %(here)s AND mailbox_id = %(box)s""",
)
INDEX = "SELECT indexdef FROM pg_indexes WHERE indexname = 'body_search'"


@dataclass(frozen=True)
class Crowd:
    """The large mailbox, a label on every fifth conversation, on few, and on the oldest."""

    box: Mailbox
    common: MailLabel
    rare: MailLabel
    old: MailLabel


def fill(world: World, share: float = 1.0) -> Crowd:
    """Sixteen mailboxes of teams Bob works in, the large one first, two of his own, two of Alice's.

    What lies in hers is shared with those who see a record it is linked to.
    """
    ours = selling._prepare(world)
    selling._fill(ours, (0, 0, 0), selling.SMALL)
    with world.opened():
        names = [f"team{n}@acme.test" for n in range(BOXES - 4)]
        boxes = [make.team_mailbox(world.bob, world.alice, address=name) for name in names]
        for owner in (world.bob, world.alice):
            boxes += [make.mailbox(owner, f"own{n}.{owner.email}") for n in range(2)]
        labels = [MailLabel.objects.create(name=name) for name in ("Common", "Rare", "Old")]
        people = list(Person.objects.filter(visibility="everyone").order_by("pk")[:1000])
        PersonEmail.objects.bulk_create(
            PersonEmail(person=person, address=f"p{n}@firm.test", is_primary=True)
            for n, person in enumerate(people)
        )
        deals = list(Deal.objects.order_by("pk").values_list("pk", flat=True)[:1000])
    values = {
        "here": world.acme.pk, "people": [each.pk for each in people], "deals": deals, "at": NOW,
        "labels": [label.pk for label in labels], "me": world.bob.pk, "colleague": world.alice.pk,
    }  # fmt: skip
    with connections["owner"].cursor() as cursor:
        # Words are put into the index at once, which is much quicker than one mail after another
        cursor.execute(INDEX)
        (made,) = cursor.fetchone()
        cursor.execute("DROP INDEX body_search")
        for number, box in enumerate(boxes):
            mails, threads = LARGE if number == 0 else OTHER
            own: dict[str, Any] = {"mails": round(mails * share), "threads": round(threads * share)}
            own |= {"box": box.pk, "base": BASE + STEP * number}
            seen = {None: "team", world.bob.pk: "private"}.get(box.owner_id, "shared")
            own |= {"seen": seen, "is_team": box.owner_id is None}
            for statement in FILLS:
                ground.as_superuser(statement, {**values, **own})
        cursor.execute(made)
        cursor.execute("VACUUM ANALYZE")
    return Crowd(boxes[0], *labels)
