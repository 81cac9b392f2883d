"""Whose a conversation of a team's mailbox is."""

import django.db.models.deletion
from django.db import migrations, models

import crm.workspaces.tenancy


class Migration(migrations.Migration):
    dependencies = [
        ("inbox", "0018_labels"),
        ("workspaces", "0006_team_parent"),
    ]

    operations = [
        migrations.AddField(
            model_name="mailboxthread",
            name="assignee",
            field=crm.workspaces.tenancy.WorkspaceForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="workspaces.membership",
            ),
        ),
        migrations.AddField(
            model_name="mailboxthread",
            name="assigned_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
