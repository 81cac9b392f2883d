from crm.ui.api.departing import Closing, ExportFile, Exports
from crm.ui.api.policy import Policy
from crm.ui.api.teams import Teams
from crm.ui.api.telling import Telling
from crm.ui.api.who import AuditLog, Me, Members, Tokens, WorkspaceResource

__all__ = [
    "AuditLog",
    "Closing",
    "ExportFile",
    "Exports",
    "Me",
    "Members",
    "Policy",
    "Teams",
    "Telling",
    "Tokens",
    "WorkspaceResource",
]
