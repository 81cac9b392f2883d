"""Comments are found by their words: where these are kept."""

import django.contrib.postgres.search
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("inbox", "0026_drafts_shared")]

    operations = [
        migrations.AddField(
            model_name="comment",
            name="search",
            field=django.contrib.postgres.search.SearchVectorField(null=True),
        ),
    ]
