"""Templates, snippets and the signatures of mailboxes."""

import crm.workspaces.tenancy
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("inbox", "0010_linking"),
        ("workspaces", "0006_team_parent"),
    ]

    operations = [
        migrations.CreateModel(
            name="Template",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uid", models.UUIDField(default=crm.workspaces.tenancy.new_uid, editable=False)),
                ("name", models.CharField(blank=True, max_length=120, verbose_name="name")),
                ("folder", models.CharField(blank=True, max_length=80, verbose_name="folder")),
                ("subject", models.TextField(blank=True, verbose_name="subject")),
                ("html", models.TextField(blank=True)),
                ("shortcut", models.CharField(blank=True, max_length=40, verbose_name="shortcut")),
                (
                    "is_shared",
                    models.BooleanField(default=False, verbose_name="shared with everybody"),
                ),
                ("position", models.PositiveIntegerField(default=0)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("updated_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("removed_at", models.DateTimeField(null=True)),
                (
                    "mailbox",
                    crm.workspaces.tenancy.WorkspaceForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="signatures",
                        to="inbox.mailbox",
                    ),
                ),
                (
                    "owner",
                    crm.workspaces.tenancy.WorkspaceForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="workspaces.membership",
                        verbose_name="owner",
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
        migrations.CreateModel(
            name="TemplateUpload",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=0)),
                (
                    "template",
                    crm.workspaces.tenancy.WorkspaceForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="files",
                        to="inbox.template",
                    ),
                ),
                (
                    "upload",
                    crm.workspaces.tenancy.WorkspaceForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="inbox.upload",
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
        migrations.AddIndex(
            model_name="template",
            index=models.Index(fields=["workspace", "position"], name="template_order"),
        ),
        migrations.AddConstraint(
            model_name="template",
            constraint=models.UniqueConstraint(
                condition=models.Q(("mailbox__isnull", False)),
                fields=("workspace", "mailbox"),
                name="signature_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="template",
            constraint=models.UniqueConstraint(
                models.F("workspace"),
                models.F("owner"),
                django.db.models.functions.text.Lower("shortcut"),
                condition=models.Q(models.Q(("shortcut", ""), _negated=True), ("removed_at", None)),
                name="shortcut_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="templateupload",
            constraint=models.UniqueConstraint(
                fields=("workspace", "template", "upload"), name="template_file_once"
            ),
        ),
    ]
