"""Lanes that are held, by workspace: the scheduler counts each one's share at every round."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("sync", "0006_proven")]

    operations = [
        AddIndexConcurrently(
            "schedule",
            models.Index(
                fields=["workspace", "lease_until"],
                condition=models.Q(lease_until__isnull=False),
                name="schedule_held",
            ),
        )
    ]
