from crm.workspaces.models.audit import AuditEntry
from crm.workspaces.models.exports import Export, ExportPiece
from crm.workspaces.models.idempotency import IdempotencyKey
from crm.workspaces.models.keys import ApiToken, Invitation
from crm.workspaces.models.roles import Role
from crm.workspaces.models.sessions import OperatorVisit, UserSession
from crm.workspaces.models.teams import Team, TeamMember
from crm.workspaces.models.users import Membership, User
from crm.workspaces.models.workspaces import ErasedWorkspace, Workspace

__all__ = [
    "ApiToken",
    "AuditEntry",
    "ErasedWorkspace",
    "Export",
    "ExportPiece",
    "IdempotencyKey",
    "Invitation",
    "Membership",
    "OperatorVisit",
    "Role",
    "Team",
    "TeamMember",
    "User",
    "UserSession",
    "Workspace",
]
