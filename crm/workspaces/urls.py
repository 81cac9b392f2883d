"""The way in, and the settings of a workspace."""

from django.urls import path

from crm.workspaces.views import (
    audit,
    closing,
    departure,
    exports,
    home,
    invitations,
    joining,
    members,
    policy,
    preferences,
    profile,
    sessions,
    team,
    teams,
    tokens,
    workspace,
)

app_name = "workspaces"

SETTINGS = "<slug:workspace>/settings/"

urlpatterns = [
    path("", home.home, name="home"),
    path("workspaces/new/", home.new, name="new"),
    path("workspaces/switcher/", home.switcher, name="switcher"),
    path("invitations/<str:secret>/", joining.invitation, name="invitation"),
    path("<slug:workspace>/", home.workspace_home, name="workspace_home"),
    path(SETTINGS, profile.settings, name="settings"),
    path(f"{SETTINGS}profile/", profile.profile, name="profile"),
    path(f"{SETTINGS}telling/", profile.telling, name="telling"),
    path(f"{SETTINGS}preference/", preferences.preference, name="preference"),
    path(f"{SETTINGS}sessions/", sessions.sessions, name="sessions"),
    path(
        f"{SETTINGS}sessions/<uuid:session>/revocation/",
        sessions.session_revocation,
        name="session_revocation",
    ),
    path(f"{SETTINGS}workspace/", workspace.workspace, name="workspace"),
    path(f"{SETTINGS}security/", policy.policy, name="policy"),
    path(f"{SETTINGS}second-step/", policy.second_step, name="second_step"),
    path(f"{SETTINGS}departure/", departure.departure, name="departure"),
    path(f"{SETTINGS}departure/closing/", closing.closing, name="closing"),
    path(f"{SETTINGS}departure/closed/", closing.closed, name="closed"),
    path(f"{SETTINGS}departure/reopening/", closing.reopening, name="reopening"),
    path(f"{SETTINGS}departure/exports/", exports.exports, name="exports"),
    path(
        f"{SETTINGS}departure/exports/<uuid:export>/archive.zip",
        exports.download,
        name="export_download",
    ),
    path(f"{SETTINGS}audit/", audit.audit, name="audit"),
    path(f"{SETTINGS}audit/audit.csv", audit.sheet, name="audit_sheet"),
    path(f"{SETTINGS}members/", members.members, name="members"),
    path(f"{SETTINGS}members/<uuid:member>/role/", members.role, name="role"),
    path(
        f"{SETTINGS}members/<uuid:member>/deactivation/",
        members.deactivation,
        name="deactivation",
    ),
    path(
        f"{SETTINGS}members/<uuid:member>/reactivation/",
        members.reactivation,
        name="reactivation",
    ),
    path(f"{SETTINGS}invitations/", invitations.invitations, name="invitations"),
    path(
        f"{SETTINGS}invitations/<uuid:invitation>/renewal/",
        invitations.renewal,
        name="renewal",
    ),
    path(
        f"{SETTINGS}invitations/<uuid:invitation>/revocation/",
        invitations.revocation,
        name="invitation_revocation",
    ),
    path(f"{SETTINGS}teams/", teams.teams, name="teams"),
    path(f"{SETTINGS}teams/order/", teams.order, name="teams_order"),
    path(f"{SETTINGS}teams/<uuid:team>/", team.team, name="team"),
    path(f"{SETTINGS}teams/<uuid:team>/dissolution/", teams.dissolution, name="dissolution"),
    path(f"{SETTINGS}tokens/", tokens.tokens, name="tokens"),
    path(f"{SETTINGS}tokens/<uuid:token>/revocation/", tokens.revocation, name="token_revocation"),
]
