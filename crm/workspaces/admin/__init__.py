from crm.workspaces.admin.keys import ApiTokenAdmin, InvitationAdmin
from crm.workspaces.admin.log import LogEntryAdmin
from crm.workspaces.admin.users import MembershipAdmin, TeamAdmin, UserAdmin
from crm.workspaces.admin.workspaces import ErasedWorkspaceAdmin, WorkspaceAdmin

__all__ = [
    "ApiTokenAdmin",
    "ErasedWorkspaceAdmin",
    "InvitationAdmin",
    "LogEntryAdmin",
    "MembershipAdmin",
    "TeamAdmin",
    "UserAdmin",
    "WorkspaceAdmin",
]
