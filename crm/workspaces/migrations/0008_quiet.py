"""What a user's browser tells of, and when it does not."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("workspaces", "0007_own_domains"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="browser_tells",
            field=models.CharField(
                choices=[
                    ("nothing", "Nothing"),
                    ("mine", "What is for me: mentions, assignments, reminders, answers"),
                    ("mail", "That, and new mail in my mailboxes"),
                ],
                db_default="nothing",
                default="nothing",
                max_length=7,
            ),
        ),
        migrations.AddField(
            model_name="user",
            name="quiet_from",
            field=models.TimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="user",
            name="quiet_until",
            field=models.TimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="user",
            name="quiet_days",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.PositiveSmallIntegerField(), blank=True, null=True, size=None
            ),
        ),
    ]
