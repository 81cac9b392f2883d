"""Cards that somebody may not see are passed over within the index of the board."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # A board of many deals goes on being used meanwhile
    atomic = False

    dependencies = [("deals", "0002_forecast")]

    operations = [
        AddIndexConcurrently(
            model_name="deal",
            index=models.Index(
                "workspace",
                "stage",
                models.OrderBy(models.F("stage_since"), descending=True),
                models.OrderBy(models.F("id"), descending=True),
                condition=models.Q(("status", "open"), ("trashed_at", None)),
                include=("visibility", "owner"),
                name="deal_column",
            ),
        ),
    ]
