"""People named after mail that turns words round: see the migration of the inbox."""

from typing import Any

from django.db import migrations
from django.db.models import F, Func, TextField, Value

from crm.workspaces.backfill import in_batches

TURNS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


def straighten(apps: Any, rows: Any) -> None:
    for column in ("name", "name_key", "search"):
        text = Func(
            F(column), Value(TURNS), Value(""), function="translate", output_field=TextField()
        )
        rows.filter(**{f"{column}__regex": f"[{TURNS}]"}).update(**{column: text})


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("contacts", "0006_person_address")]

    operations = [
        migrations.RunPython(in_batches("contacts.Person", straighten), migrations.RunPython.noop)
    ]
