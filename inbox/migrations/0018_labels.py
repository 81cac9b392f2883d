"""Coloured labels on conversations."""

import crm.workspaces.tenancy
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("inbox", "0017_old_secrets"),
        ("workspaces", "0006_team_parent"),
    ]

    operations = [
        migrations.CreateModel(
            name="MailLabel",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uid", models.UUIDField(default=crm.workspaces.tenancy.new_uid, editable=False)),
                ("name", models.CharField(max_length=40, verbose_name="name")),
                (
                    "hue",
                    models.CharField(
                        choices=[
                            ("sea", "Sea"),
                            ("clay", "Clay"),
                            ("gold", "Gold"),
                            ("leaf", "Leaf"),
                            ("sky", "Sky"),
                            ("iris", "Iris"),
                            ("rose", "Rose"),
                            ("stone", "Stone"),
                        ],
                        default="stone",
                        max_length=8,
                        verbose_name="colour",
                    ),
                ),
                ("removed_at", models.DateTimeField(editable=False, null=True)),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False),
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
            },
        ),
        migrations.CreateModel(
            name="ThreadLabel",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
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
                    "label",
                    crm.workspaces.tenancy.WorkspaceForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="threads",
                        to="inbox.maillabel",
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
                    "merged_from",
                    crm.workspaces.tenancy.WorkspaceForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="inbox.maillabel",
                    ),
                ),
                (
                    "thread",
                    crm.workspaces.tenancy.WorkspaceForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="labels",
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
            },
        ),
        migrations.AddConstraint(
            model_name="maillabel",
            constraint=models.UniqueConstraint(
                models.F("workspace"),
                django.db.models.functions.text.Lower("name"),
                condition=models.Q(("removed_at", None)),
                name="mail_label_once",
            ),
        ),
        migrations.AddIndex(
            model_name="threadlabel",
            index=models.Index(fields=["workspace", "thread", "mailbox"], name="thread_labels"),
        ),
        migrations.AddIndex(
            model_name="threadlabel",
            index=models.Index(
                condition=models.Q(("merged_from__isnull", False)),
                fields=["workspace", "merged_from"],
                name="thread_label_merged",
            ),
        ),
        migrations.AddConstraint(
            model_name="threadlabel",
            constraint=models.UniqueConstraint(
                fields=("workspace", "label", "mailbox", "thread"), name="thread_label_once"
            ),
        ),
    ]
