"""What a member has not read of what colleagues have."""

import django.db.models.deletion
from django.db import migrations, models

import crm.workspaces.tenancy


class Migration(migrations.Migration):
    dependencies = [
        ("inbox", "0022_blocks_end"),
        ("workspaces", "0006_team_parent"),
    ]

    operations = [
        migrations.CreateModel(
            name="ThreadUnread",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("count", models.PositiveIntegerField(default=1)),
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
                    "member",
                    crm.workspaces.tenancy.WorkspaceForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="workspaces.membership",
                    ),
                ),
                (
                    "thread",
                    crm.workspaces.tenancy.WorkspaceForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="inbox.thread",
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
                "indexes": [models.Index(fields=["workspace", "thread"], name="unread_thread")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("workspace", "member", "thread", "mailbox"), name="unread_once"
                    )
                ],
            },
        ),
    ]
