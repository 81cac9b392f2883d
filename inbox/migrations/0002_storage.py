"""How PostgreSQL keeps mail: words without accents, bytes that are compressed already."""

from django.db import migrations

WORDS = """
CREATE TEXT SEARCH CONFIGURATION fio (COPY = simple);
ALTER TEXT SEARCH CONFIGURATION fio
    ALTER MAPPING FOR asciiword, asciihword, hword_asciipart, hword, hword_part, word
    WITH unaccent, simple;
"""


class Migration(migrations.Migration):
    dependencies = [("inbox", "0001_initial")]

    operations = [
        migrations.RunSQL(WORDS, "DROP TEXT SEARCH CONFIGURATION fio"),
        migrations.RunSQL(
            "ALTER TABLE inbox_blob ALTER COLUMN data SET STORAGE EXTERNAL",
            "ALTER TABLE inbox_blob ALTER COLUMN data SET STORAGE EXTENDED",
        ),
    ]
