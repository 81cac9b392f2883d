"""Open deals are counted by PostgreSQL as they change, so that nobody adds them all up."""

import django.db.models.deletion
from django.db import migrations, models

RIGHTS = """
GRANT SELECT, INSERT, UPDATE, DELETE ON deals_tally TO fio_app, fio_system;
"""
MOVED = """SELECT {sign} AS sign, workspace_id, pipeline_id, stage_id, currency, expected_on,
               visibility, owner_id, value
        FROM {rows} WHERE status = 'open' AND trashed_at IS NULL"""
CAME, WENT = MOVED.format(sign=1, rows="came"), MOVED.format(sign=-1, rows="went")
# Whoever finds a row that another transaction holds leaves it alone and adds one beside it
FUNCTION = """
CREATE FUNCTION deals_count_{event}() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
DECLARE
    change record;
    held record;
BEGIN
    FOR change IN
        SELECT workspace_id, pipeline_id, stage_id, currency, visibility,
               date_trunc('month', expected_on::timestamp)::date AS month,
               CASE WHEN visibility <> 'everyone' THEN owner_id END AS owner_id,
               sum(sign) AS count, sum(sign * coalesce(value, 0)) AS total
        FROM ({moved}) moved
        GROUP BY 1, 2, 3, 4, 5, 6, 7
        HAVING sum(sign) <> 0 OR sum(sign * coalesce(value, 0)) <> 0
    LOOP
        SELECT t.id, t.count + change.count AS count, t.total + change.total AS total INTO held
        FROM deals_tally t
        WHERE t.workspace_id = change.workspace_id AND t.pipeline_id = change.pipeline_id
            AND t.stage_id = change.stage_id AND t.visibility = change.visibility
            AND t.currency = change.currency AND t.month IS NOT DISTINCT FROM change.month
            AND t.owner_id IS NOT DISTINCT FROM change.owner_id
        LIMIT 1 FOR UPDATE SKIP LOCKED;
        IF NOT FOUND THEN
            INSERT INTO deals_tally (workspace_id, pipeline_id, stage_id, currency, visibility,
                                     month, owner_id, count, total)
            VALUES (change.workspace_id, change.pipeline_id, change.stage_id, change.currency,
                    change.visibility, change.month, change.owner_id, change.count, change.total);
        ELSIF held.count = 0 AND held.total = 0 THEN
            DELETE FROM deals_tally WHERE id = held.id;
        ELSE
            UPDATE deals_tally SET count = held.count, total = held.total WHERE id = held.id;
        END IF;
    END LOOP;
    RETURN NULL;
END $$;
CREATE TRIGGER deals_count_{event} AFTER {event} ON deals_deal
REFERENCING {tables} FOR EACH STATEMENT EXECUTE FUNCTION deals_count_{event}();
"""
NEW, OLD = "NEW TABLE AS came", "OLD TABLE AS went"
EVENTS = {
    "insert": (CAME, NEW),
    "delete": (WENT, OLD),
    "update": (f"{CAME}\n        UNION ALL {WENT}", f"{OLD} {NEW}"),
}
COUNTING = "".join(
    FUNCTION.format(event=event, moved=moved, tables=tables)
    for event, (moved, tables) in EVENTS.items()
)
NO_MORE = "".join(f"DROP FUNCTION deals_count_{event}() CASCADE;" for event in EVENTS)


class Migration(migrations.Migration):
    dependencies = [("deals", "0005_board"), ("workspaces", "0006_team_parent")]

    operations = [
        migrations.CreateModel(
            name="Tally",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("pipeline_id", models.BigIntegerField()),
                ("stage_id", models.BigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                ("month", models.DateField(null=True)),
                ("visibility", models.CharField(max_length=8)),
                ("owner_id", models.BigIntegerField(null=True)),
                ("count", models.BigIntegerField()),
                ("total", models.DecimalField(decimal_places=2, max_digits=24)),
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
                        fields=["workspace", "pipeline_id", "stage_id", "visibility", "currency"],
                        name="tally_place",
                    )
                ],
            },
        ),
        migrations.RunSQL(RIGHTS, migrations.RunSQL.noop),
        migrations.RunSQL(COUNTING, NO_MORE),
    ]
