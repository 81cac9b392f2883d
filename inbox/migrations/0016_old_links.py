"""Mail that is there already gets the links that new mail gets as it comes."""

from typing import Any

from django.db import connections, migrations

from crm.workspaces.backfill import in_batches
from inbox.mime import domains

HERE = "current_setting('app.workspace_id')::bigint"

# Everybody on these threads who is not one of us
HEARD = """WITH own AS (
  SELECT lower(address) AS address FROM inbox_mailbox
  WHERE workspace_id = {here} AND state <> 'deleted'
  UNION SELECT lower(email) FROM workspaces_membership
  WHERE workspace_id = {here} AND is_active
), named AS (
  SELECT split_part(lower(address), '@', 2) AS domain FROM inbox_mailbox
  WHERE workspace_id = {here} AND state <> 'deleted'
), heard AS (
  SELECT DISTINCT m.thread_id, p.address, split_part(p.address, '@', 2) AS domain
  FROM inbox_message m JOIN inbox_participant p
    ON p.workspace_id = m.workspace_id AND p.message_id = m.id
  WHERE m.workspace_id = {here} AND m.thread_id = ANY(%(threads)s) AND m.deleted_at IS NULL
  AND p.address <> '' AND p.address NOT IN (SELECT address FROM own)
  AND (split_part(p.address, '@', 2) = ANY(%(free)s)
       OR split_part(p.address, '@', 2) NOT IN (SELECT domain FROM named))
)"""
INSERT = """ INSERT INTO inbox_threadlink
  (workspace_id, thread_id, kind, object_id, source, rule, why, created_at)
SELECT {here}, h.thread_id, '{kind}', {object}, 'auto', '{rule}', min(h.address), now()
FROM heard h {joins} GROUP BY h.thread_id, {object} ON CONFLICT DO NOTHING"""
WHOSE = (
    "JOIN contacts_personemail e ON e.workspace_id = {here} AND e.address = h.address"
    " AND e.is_live JOIN contacts_person p ON p.workspace_id = {here} AND p.id = e.person_id"
)
# A domain of several organizations tells of none
FIRM = """JOIN (SELECT lower(d) AS domain, min(o.id) AS id FROM contacts_organization o
  CROSS JOIN LATERAL unnest(o.domains) AS d WHERE o.workspace_id = {here}
  AND o.trashed_at IS NULL GROUP BY lower(d) HAVING count(DISTINCT o.id) = 1) f
  ON f.domain = h.domain AND h.domain <> ALL(%(free)s)"""
LINKS = (
    ("person", "p.id", "address", WHOSE),
    (
        "organization",
        "p.organization_id",
        "works",
        f"{WHOSE} AND p.organization_id IS NOT NULL",
    ),
    ("organization", "f.id", "domain", FIRM),
)


def link(apps: Any, rows: Any) -> None:
    """Link a batch of threads to people and organizations; what is linked or undone stays."""
    threads = list(rows.filter(merged_into=None).values_list("pk", flat=True))
    values = {"threads": threads, "free": sorted(domains.FREE)}
    with connections["default"].cursor() as cursor:
        for kind, found, rule, joins in LINKS:
            text = HEARD + INSERT.replace("{joins}", joins).replace("{object}", found)
            text = text.replace("{kind}", kind).replace("{rule}", rule)
            cursor.execute(text.replace("{here}", HERE), values)


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("contacts", "0005_imports"),
        ("inbox", "0015_message_blocked"),
    ]

    operations = [
        migrations.RunPython(in_batches("inbox.Thread", link), migrations.RunPython.noop),
    ]
