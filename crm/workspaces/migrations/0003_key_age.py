from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("workspaces", "0002_sessions_and_use")]

    operations = [
        migrations.AddIndex(
            model_name="idempotencykey",
            index=models.Index(fields=["workspace", "token_id", "created_at"], name="key_age"),
        ),
    ]
