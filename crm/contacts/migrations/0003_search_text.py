"""People who were there before searching looked at a text of its own are given theirs."""

from typing import Any

from django.db import migrations

from crm.workspaces.backfill import in_batches


def fill(apps: Any, rows: Any) -> None:
    emails = apps.get_model("contacts.PersonEmail")._base_manager.using("default")
    for person in rows.filter(search=""):
        known = emails.filter(workspace_id=person.workspace_id, person_id=person.pk)
        addresses = known.values_list("address", flat=True)
        rows.filter(pk=person.pk).update(search=" ".join([person.name_key, *addresses])[:4000])


class Migration(migrations.Migration):
    dependencies = [("contacts", "0002_organization_personphone_and_more")]
    atomic = False

    operations = [
        migrations.RunPython(in_batches("contacts.Person", fill), migrations.RunPython.noop)
    ]
