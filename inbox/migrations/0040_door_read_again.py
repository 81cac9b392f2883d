"""Mail that was left at the door before `DoorKey` is read once more, which writes its keys.

Its bytes were let go and nothing else tells which conversation it belongs to, so it is fetched
again and decided anew; what still is with nobody known stays at the door.
"""

from typing import Any

from django.db import migrations
from django.db.models import Exists, OuterRef

from crm.workspaces.backfill import in_batches


def read_again(apps: Any, rows: Any) -> None:
    keys = apps.get_model("inbox.DoorKey")._base_manager.filter(
        workspace=OuterRef("workspace"), entry=OuterRef("pk")
    )
    # What is nowhere on the server any more, or in a folder that is not read, would wait for ever
    there = {"missing_since": None, "folder__missing_since": None, "folder__is_synced": True}
    waiting = rows.filter(decision="skipped", reason="unknown_sender", **there)
    waiting.exclude(Exists(keys)).update(decision="pending", reason="", decided_at=None, attempts=0)


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("inbox", "0039_suppressions_heard")]

    operations = [
        migrations.RunPython(in_batches("inbox.LedgerEntry", read_again), migrations.RunPython.noop)
    ]
