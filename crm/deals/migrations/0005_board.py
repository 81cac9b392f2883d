"""The board reads another index now."""

from django.contrib.postgres.operations import RemoveIndexConcurrently
from django.db import migrations


class Migration(migrations.Migration):
    # A board of many deals goes on being used meanwhile
    atomic = False

    dependencies = [("deals", "0004_follow_up")]

    operations = [RemoveIndexConcurrently(model_name="deal", name="deal_board")]
