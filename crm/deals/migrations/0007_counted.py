"""Deals that were there before they were counted are counted now."""

from typing import Any

from django.db import connections, migrations

from crm.workspaces.backfill import in_each

# While nobody changes deals; a workspace at a time, so that nobody waits for long
COUNT = """
LOCK TABLE deals_deal IN SHARE ROW EXCLUSIVE MODE;
DELETE FROM deals_tally WHERE workspace_id = %(here)s;
INSERT INTO deals_tally (workspace_id, pipeline_id, stage_id, currency, visibility, month,
                         owner_id, count, total)
SELECT workspace_id, pipeline_id, stage_id, currency, visibility,
       date_trunc('month', expected_on::timestamp)::date,
       CASE WHEN visibility <> 'everyone' THEN owner_id END,
       count(*), sum(coalesce(value, 0))
FROM deals_deal
WHERE workspace_id = %(here)s AND status = 'open' AND trashed_at IS NULL
GROUP BY 1, 2, 3, 4, 5, 6, 7
"""


def count(_apps: Any, workspace_id: int) -> None:
    with connections["default"].cursor() as cursor:
        cursor.execute(COUNT, {"here": workspace_id})


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("deals", "0006_tallies")]

    operations = [migrations.RunPython(in_each(count), migrations.RunPython.noop)]
