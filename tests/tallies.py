"""Whether PostgreSQL counts open deals as adding them all up would; asked after every story."""

import psycopg

# Places whose count or total is not what the deals there come to
WRONG = """
SELECT workspace_id, pipeline_id, stage_id, currency, month, visibility, owner_id,
       sum(count) AS count, sum(total) AS total
FROM (
    SELECT workspace_id, pipeline_id, stage_id, currency,
           make_date(extract(year FROM expected_on)::int, extract(month FROM expected_on)::int, 1)
               AS month,
           visibility, CASE visibility WHEN 'everyone' THEN NULL ELSE owner_id END AS owner_id,
           1 AS count, coalesce(value, 0) AS total
    FROM deals_deal WHERE status = 'open' AND trashed_at IS NULL
    UNION ALL
    SELECT workspace_id, pipeline_id, stage_id, currency, month, visibility, owner_id,
           -count, -total
    FROM deals_tally
) both_ways
GROUP BY 1, 2, 3, 4, 5, 6, 7 HAVING sum(count) <> 0 OR sum(total) <> 0
"""


def wrong(session: psycopg.Connection) -> list[tuple[object, ...]]:
    """The places that are miscounted, in any workspace; none, or Fio tells people wrong sums."""
    return session.execute(WRONG).fetchall()
