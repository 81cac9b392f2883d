"""Mail that is to be tracked, and what was: columns that a former release need not know."""

from django.db import migrations, models


def _flag(model: str, name: str) -> migrations.AddField:
    field: models.Field[bool, bool] = models.BooleanField(db_default=False, default=False)
    return migrations.AddField(model_name=model, name=name, field=field)


class Migration(migrations.Migration):
    dependencies = [("inbox", "0040_door_read_again")]

    operations = [
        _flag("draft", "tracks_opens"),
        _flag("draft", "tracks_clicks"),
        _flag("outgoing", "tracks_opens"),
        _flag("outgoing", "tracks_clicks"),
        _flag("message", "is_tracked"),
        _flag("mailboxthread", "is_tracked"),
    ]
