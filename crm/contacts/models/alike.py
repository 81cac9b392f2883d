"""What makes two people, or two organizations, look like one."""

from django.utils.translation import gettext_lazy as _

from crm.fields.alike import Alike

PHONE = """
SELECT pa.person_id, found.person_id, 90
FROM contacts_personphone pa
JOIN contacts_person a ON a.workspace_id = pa.workspace_id AND a.id = pa.person_id
  AND a.trashed_at IS NULL
CROSS JOIN LATERAL (
  SELECT pb.person_id FROM contacts_personphone pb
  JOIN contacts_person b ON b.workspace_id = pb.workspace_id AND b.id = pb.person_id
    AND b.trashed_at IS NULL
  WHERE pb.workspace_id = pa.workspace_id AND pb.number = pa.number
    AND pb.person_id <> pa.person_id
  LIMIT 10
) found
WHERE pa.workspace_id = %(here)s AND pa.person_id = ANY(%(ids)s) AND left(pa.number, 1) = '+'"""

# dana@x.test, dana+news@x.test: what stands behind the plus reaches the same mailbox (RFC 5233)
ADDRESS = """
SELECT ea.person_id, found.person_id, 85
FROM contacts_personemail ea
CROSS JOIN LATERAL (SELECT split_part(split_part(ea.address, '@', 1), '+', 1) AS own,
                           split_part(ea.address, '@', 2) AS domain) part
CROSS JOIN LATERAL (
  (SELECT eb.person_id FROM contacts_personemail eb
   WHERE eb.workspace_id = ea.workspace_id AND eb.is_live
     AND eb.address = part.own || '@' || part.domain AND eb.person_id <> ea.person_id LIMIT 10)
  UNION
  (SELECT eb.person_id FROM contacts_personemail eb
   WHERE eb.workspace_id = ea.workspace_id AND eb.is_live
     AND eb.address >= part.own || '+' AND eb.address < part.own || ','
     AND split_part(eb.address, '@', 2) = part.domain AND eb.person_id <> ea.person_id LIMIT 10)
) found
WHERE ea.workspace_id = %(here)s AND ea.person_id = ANY(%(ids)s) AND ea.is_live
  AND part.own <> ''"""

# The same name wherever it is; similar ones among a thousand who work there
COLLEAGUE = """
SELECT a.id, found.id, (40 + 40 * found.near)::int
FROM contacts_person a
CROSS JOIN LATERAL (
  SELECT id, near FROM (
    (SELECT b.id, 1::real AS near FROM contacts_person b
     WHERE b.workspace_id = a.workspace_id AND b.name_key = a.name_key
       AND b.organization_id = a.organization_id AND b.id <> a.id AND b.trashed_at IS NULL
     LIMIT 10)
    UNION
    (SELECT b.id, similarity(b.name_key, a.name_key) FROM contacts_person b
     WHERE b.workspace_id = a.workspace_id AND b.organization_id = a.organization_id
       AND b.id <> a.id AND b.trashed_at IS NULL
     LIMIT 1000)) there
  WHERE near >= 0.55 ORDER BY near DESC LIMIT 10
) found
WHERE a.workspace_id = %(here)s AND a.id = ANY(%(ids)s) AND a.trashed_at IS NULL"""

# Of people of one name, one must not be known to work elsewhere; one word is no full name
NAMESAKE = """
SELECT a.id, found.id, 55
FROM contacts_person a
CROSS JOIN LATERAL (
  SELECT b.id FROM contacts_person b
  WHERE b.workspace_id = a.workspace_id AND b.name_key = a.name_key AND b.id <> a.id
    AND b.trashed_at IS NULL AND (a.organization_id IS NULL OR b.organization_id IS NULL)
  LIMIT 10
) found
WHERE a.workspace_id = %(here)s AND a.id = ANY(%(ids)s) AND a.trashed_at IS NULL
  AND position(' ' IN a.name_key) > 0"""

DOMAIN = """
SELECT a.id, found.id, 90
FROM contacts_organization a
CROSS JOIN LATERAL (
  SELECT b.id FROM contacts_organization b
  WHERE b.workspace_id = a.workspace_id AND b.domains && a.domains AND b.id <> a.id
    AND b.trashed_at IS NULL
  LIMIT 10
) found
WHERE a.workspace_id = %(here)s AND a.id = ANY(%(ids)s) AND a.trashed_at IS NULL
  AND a.domains <> '{}'"""

NAME = """
SELECT a.id, found.id, (100 * found.near)::int
FROM contacts_organization a
CROSS JOIN LATERAL (
  SELECT b.id, similarity(b.name_key, a.name_key) AS near FROM contacts_organization b
  WHERE b.workspace_id = a.workspace_id AND b.name_key %% a.name_key AND b.id <> a.id
    AND b.trashed_at IS NULL AND similarity(b.name_key, a.name_key) >= 0.6
  ORDER BY near DESC LIMIT 10
) found
WHERE a.workspace_id = %(here)s AND a.id = ANY(%(ids)s) AND a.trashed_at IS NULL"""

OF_PEOPLE = (
    Alike("phone", _("Same phone"), PHONE),
    Alike("address", _("Same mailbox"), ADDRESS),
    Alike("colleague", _("Similar name, same organization"), COLLEAGUE),
    Alike("namesake", _("Same name"), NAMESAKE),
)
OF_ORGANIZATIONS = (
    Alike("domain", _("Same domain"), DOMAIN),
    Alike("name", _("Similar name"), NAME),
)
