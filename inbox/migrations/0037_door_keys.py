"""What joins a mail left at the door to its conversation, so that it comes in with it."""

import crm.workspaces.tenancy
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("inbox", "0036_mail_held"),
        ("workspaces", "0009_team_order"),
    ]

    operations = [
        migrations.CreateModel(
            name="DoorKey",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.BinaryField(max_length=16)),
                (
                    "entry",
                    crm.workspaces.tenancy.WorkspaceForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="inbox.ledgerentry",
                    ),
                ),
                (
                    "mailbox",
                    crm.workspaces.tenancy.WorkspaceForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="inbox.mailbox",
                    ),
                ),
                (
                    "workspace",
                    models.ForeignKey(
                        db_index=False,
                        editable=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="workspaces.workspace",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [models.Index(fields=["workspace", "mailbox", "key"], name="door_key")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("workspace", "entry", "key"), name="door_key_once"
                    )
                ],
            },
        ),
    ]
