from crm.ui.api.audit import AuditLog
from crm.ui.api.departing import Closing, ExportFile, Exports
from crm.ui.api.me import Me
from crm.ui.api.members import Members
from crm.ui.api.policy import Policy
from crm.ui.api.teams import Teams
from crm.ui.api.telling import Telling
from crm.ui.api.tokens import Tokens
from crm.ui.api.workspace import WorkspaceResource

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
