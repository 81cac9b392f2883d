"""Every write to who is here; one module a noun."""

from crm.workspaces.actions.audit import note, note_for_user
from crm.workspaces.actions.invitations import accept, invite, renew, revoke
from crm.workspaces.actions.members import (
    add_member,
    change_role,
    deactivate,
    note_use,
    reactivate,
)
from crm.workspaces.actions.policy import change_policy
from crm.workspaces.actions.teams import change_team, create_team, delete_team
from crm.workspaces.actions.tidying import drop_keys, drop_sessions
from crm.workspaces.actions.tokens import issue_token, note_token_use, revoke_token
from crm.workspaces.actions.users import (
    PREFERENCES,
    change_profile,
    create_user,
    sign_out_everywhere,
)
from crm.workspaces.actions.workspaces import RESERVED, create_workspace, rename_workspace

__all__ = [
    "PREFERENCES",
    "RESERVED",
    "accept",
    "add_member",
    "change_policy",
    "change_profile",
    "change_role",
    "change_team",
    "create_team",
    "create_user",
    "create_workspace",
    "deactivate",
    "delete_team",
    "drop_keys",
    "drop_sessions",
    "invite",
    "issue_token",
    "note",
    "note_for_user",
    "note_token_use",
    "note_use",
    "reactivate",
    "rename_workspace",
    "renew",
    "revoke",
    "revoke_token",
    "sign_out_everywhere",
]
