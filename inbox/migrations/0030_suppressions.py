"""Whom nobody should write to."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import crm.workspaces.tenancy


class Migration(migrations.Migration):
    dependencies = [("inbox", "0029_comment_index"), ("workspaces", "0007_own_domains")]

    operations = [
        migrations.CreateModel(
            name="Suppression",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uid", models.UUIDField(default=crm.workspaces.tenancy.new_uid, editable=False)),
                ("pattern", models.CharField(max_length=254)),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("bounce", "Mail comes back"),
                            ("complaint", "Called mail spam"),
                            ("unsubscribed", "Unsubscribed"),
                            ("hand", "By hand"),
                        ],
                        default="hand",
                        max_length=12,
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "by",
                    crm.workspaces.tenancy.WorkspaceForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="workspaces.membership",
                    ),
                ),
                (
                    "mailbox",
                    crm.workspaces.tenancy.WorkspaceForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
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
                "indexes": [
                    models.Index(
                        fields=["workspace", "-created_at", "-id"], name="suppressed_newest"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("workspace", "pattern"), name="suppressed_once")
                ],
            },
        ),
    ]
