"""What members chose last, for the next mail they write."""

import django.db.models.deletion
from django.db import migrations, models

import crm.workspaces.tenancy


class Migration(migrations.Migration):
    dependencies = [("inbox", "0043_words_turned"), ("workspaces", "0009_team_order")]

    operations = [
        migrations.CreateModel(
            name="Habit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("tracks_opens", models.BooleanField(default=False)),
                ("tracks_clicks", models.BooleanField(default=False)),
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
                "constraints": [
                    models.UniqueConstraint(fields=("workspace", "member"), name="habit_once")
                ],
            },
        ),
    ]
