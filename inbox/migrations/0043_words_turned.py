"""Names and subjects that came before such characters were left out turn no words round any more.

They are those of `inbox.mime.words`: whatever stands behind one in our own sentences would read
backwards.
"""

from typing import Any

from django.db import migrations
from django.db.models import F, Func, JSONField, TextField, Value
from django.db.models.functions import Cast

from crm.workspaces.backfill import Backfill, Write, in_batches

TURNS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
TURNED = f"[{TURNS}]"


def without(text: Any) -> Func:
    return Func(text, Value(TURNS), Value(""), function="translate", output_field=TextField())


def straight(*columns: str) -> Write:
    def straighten(apps: Any, rows: Any) -> None:
        for column in columns:
            turned = rows.filter(**{f"{column}__regex": TURNED})
            turned.update(**{column: without(F(column))})

    return straighten


def straighten_rows(apps: Any, rows: Any) -> None:
    """The row of a list names its people as well."""
    straight("subject")(apps, rows)
    people = Cast("people", TextField())
    turned = rows.annotate(written=people).filter(written__regex=TURNED)
    turned.update(people=Cast(without(people), JSONField()))


STEPS = (
    in_batches("inbox.Message", straight("subject", "sender_name")),
    in_batches("inbox.Participant", straight("name")),
    in_batches("inbox.Thread", straight("subject")),
    in_batches("inbox.MailboxThread", straighten_rows),
)


def straighten_all(apps: Any, workspace_id: int) -> None:
    for each in STEPS:
        each.step(apps, workspace_id)


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("inbox", "0042_tracking_index")]

    operations = [
        migrations.RunPython(Backfill(straighten_all, "straighten_all"), migrations.RunPython.noop)
    ]
