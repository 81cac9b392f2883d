from crm.workspaces.queries.audit import AuditFilters, audit
from crm.workspaces.queries.exports import export_pieces
from crm.workspaces.queries.members import asker, stand_in
from crm.workspaces.queries.sight import Sight, sight
from crm.workspaces.queries.teams import teams, teams_in_order

__all__ = [
    "AuditFilters",
    "Sight",
    "asker",
    "audit",
    "export_pieces",
    "sight",
    "stand_in",
    "teams",
    "teams_in_order",
]
