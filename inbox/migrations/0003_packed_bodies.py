"""Bodies are packed before they are kept, so PostgreSQL is told to leave them as they are."""

from django.db import migrations

import inbox.models.packed

COLUMNS = ("text", "own_text", "html")
FORWARDS = "; ".join(
    f"ALTER TABLE inbox_messagebody ALTER COLUMN {name} TYPE bytea USING convert_to({name}, 'UTF8')"
    for name in COLUMNS
)
STORAGE = "; ".join(
    f"ALTER TABLE inbox_messagebody ALTER COLUMN {name} SET STORAGE EXTERNAL"
    for name in (*COLUMNS, "search")
)


class Migration(migrations.Migration):
    dependencies = [("inbox", "0002_storage")]

    operations = [
        migrations.SeparateDatabaseAndState(
            [migrations.RunSQL(FORWARDS), migrations.RunSQL(STORAGE)],
            [
                migrations.AlterField(
                    "messagebody", name, inbox.models.packed.PackedTextField(blank=True)
                )
                for name in COLUMNS
            ],
        )
    ]
