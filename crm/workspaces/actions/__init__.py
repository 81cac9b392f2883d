"""Every write to who is here; one module a noun."""

from crm.workspaces.actions.accepting import accept
from crm.workspaces.actions.audit import note, note_for_user
from crm.workspaces.actions.closing import GRACE, close_workspace, due_erasures, reopen_workspace
from crm.workspaces.actions.erasing import erase
from crm.workspaces.actions.exporting import (
    ask_export,
    drop_exports,
    due_exports,
    make_export,
    note_download,
)
from crm.workspaces.actions.invitations import invite, renew, revoke
from crm.workspaces.actions.leaving import deactivate, reactivate
from crm.workspaces.actions.members import add_member, note_use
from crm.workspaces.actions.policy import change_policy
from crm.workspaces.actions.roles import change_role
from crm.workspaces.actions.slugs import RESERVED
from crm.workspaces.actions.teams import change_team, create_team, delete_team, order_teams
from crm.workspaces.actions.tidying import drop_keys, drop_sessions
from crm.workspaces.actions.tokens import issue_token, note_token_use, revoke_token
from crm.workspaces.actions.users import (
    PREFERENCES,
    TELLING,
    change_profile,
    create_user,
    sign_out_everywhere,
)
from crm.workspaces.actions.visits import begin_visit, end_visits, note_looks, open_visits
from crm.workspaces.actions.workspaces import change_own_domains, create_workspace, rename_workspace

__all__ = [
    "GRACE",
    "PREFERENCES",
    "RESERVED",
    "TELLING",
    "accept",
    "add_member",
    "ask_export",
    "begin_visit",
    "change_own_domains",
    "change_policy",
    "change_profile",
    "change_role",
    "change_team",
    "close_workspace",
    "create_team",
    "create_user",
    "create_workspace",
    "deactivate",
    "delete_team",
    "drop_exports",
    "drop_keys",
    "drop_sessions",
    "due_erasures",
    "due_exports",
    "end_visits",
    "erase",
    "invite",
    "issue_token",
    "make_export",
    "note",
    "note_download",
    "note_for_user",
    "note_looks",
    "note_token_use",
    "note_use",
    "open_visits",
    "order_teams",
    "reactivate",
    "rename_workspace",
    "renew",
    "reopen_workspace",
    "revoke",
    "revoke_token",
    "sign_out_everywhere",
]
