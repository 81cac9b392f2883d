"""What each page asks of a member, by method; every page of a workspace stands here.

`EVERYONE` needs no right beyond belonging: what somebody may read of the mail there is
decided row by row, and told in tests/inbox.
"""

EVERYONE = None
Methods = dict[str, str | None]

SEE: Methods = {"GET": EVERYONE}
ACT: Methods = {"POST": EVERYONE}
BOTH: Methods = {"GET": EVERYONE, "POST": EVERYONE}


def _record(app: str, one: str, many: str) -> dict[str, Methods]:
    """What the pages that every kind of record has ask for."""
    return {
        f"{app}:{many}": SEE,
        f"{app}:{many}_bulk": {"POST": f"{many}.change"},
        f"{app}:{many}_undo": {"POST": f"{many}.change"},
        f"{app}:{many}_trash": {"POST": f"{many}.delete"},
        f"{app}:{many}_restore": {"POST": f"{many}.delete"},
        f"{app}:{one}_fact": {"GET": EVERYONE, "POST": f"{many}.change"},
        f"{app}:{one}_seeing": SEE,
        f"{app}:{one}_new": {"GET": f"{many}.change", "POST": f"{many}.change"},
    }


PAGES: dict[str, Methods] = {
    "ui:events": SEE,
    "inbox:home": SEE,
    "inbox:list": SEE,
    "inbox:mailbox": SEE,
    "inbox:search": SEE,
    "inbox:of_person": SEE,
    "inbox:side": SEE,
    "inbox:triage": ACT,
    "inbox:palette": SEE,
    "inbox:thread": SEE,
    "inbox:messages": SEE,
    "inbox:earlier": SEE,
    "inbox:visibility": ACT,
    "inbox:person": {"POST": "people.change"},
    "inbox:dock": SEE,
    "inbox:message": SEE,
    "inbox:body": SEE,
    "inbox:trust": ACT,
    "inbox:raw": SEE,
    "inbox:attachment": SEE,
    "inbox:compose": SEE,
    "inbox:composer": SEE,
    "inbox:drafts": SEE,
    "inbox:draft": ACT,
    "inbox:send": ACT,
    "inbox:restore": ACT,
    "inbox:uploads": ACT,
    "inbox:suggestions": SEE,
    "inbox:outbox": SEE,
    "inbox:outgoing": ACT,
    **_record("contacts", "person", "people"),
    "contacts:person": SEE,
    "contacts:person_names": SEE,
    **_record("contacts", "organization", "organizations"),
    "contacts:organization": SEE,
    "contacts:organization_names": SEE,
    **_record("deals", "deal", "deals"),
    "deals:deals_list": SEE,
    "deals:column": SEE,
    "deals:deal": SEE,
    "deals:deal_stage": {"POST": "deals.change"},
    "deals:deal_closure": {"POST": "deals.change"},
    "sync:health": SEE,
    "sync:connect": {"GET": "mailboxes.connect", "POST": "mailboxes.connect"},
    "sync:connect_settings": BOTH,
    "sync:connect_test": BOTH,
    "sync:connect_options": BOTH,
    "sync:mailbox": SEE,
    "sync:check": ACT,
    "sync:domain": ACT,
    "sync:trial": BOTH,
    "sync:diagnostics": SEE,
    "sync:repair": BOTH,
    "sync:pause": ACT,
    "sync:options": BOTH,
    "sync:reconnect": BOTH,
    "sync:disconnect": ACT,
    "sync:decisions": BOTH,
    "sync:entry": BOTH,
    "sync:raw": SEE,
    "workspaces:workspace_home": SEE,
    "workspaces:settings": SEE,
    "workspaces:profile": BOTH,
    "workspaces:preference": ACT,
    "workspaces:sessions": ACT,
    "workspaces:session_revocation": ACT,
    "workspaces:workspace": {"GET": "workspace.see", "POST": "workspace.change"},
    "workspaces:policy": {"GET": "policy.change", "POST": "policy.change"},
    "workspaces:second_step": SEE,
    "workspaces:departure": {"GET": "workspace.end"},
    "workspaces:closing": {"POST": "workspace.end"},
    "workspaces:closed": SEE,
    "workspaces:reopening": {"POST": "workspace.end"},
    "workspaces:exports": {"POST": "workspace.end"},
    "workspaces:export_download": {"GET": "workspace.end"},
    "workspaces:audit": {"GET": "audit.see"},
    "workspaces:audit_sheet": {"GET": "audit.see"},
    "workspaces:members": {"GET": "members.see"},
    "workspaces:role": {"POST": "members.change"},
    "workspaces:deactivation": {"POST": "members.change"},
    "workspaces:reactivation": {"POST": "members.change"},
    "workspaces:invitations": {"POST": "members.change"},
    "workspaces:renewal": {"POST": "members.change"},
    "workspaces:invitation_revocation": {"POST": "members.change"},
    "workspaces:teams": {"GET": "members.see", "POST": "teams.change"},
    "workspaces:team": {"GET": "teams.change", "POST": "teams.change"},
    "workspaces:dissolution": {"POST": "teams.change"},
    "workspaces:tokens": {"GET": "tokens.own", "POST": "tokens.own"},
    "workspaces:token_revocation": {"POST": "tokens.own"},
}

# Open to whoever comes, or to whoever has signed in; none of them takes a workspace's id
OPEN = {
    "set_language",
    "workspaces:home",
    "workspaces:new",
    "workspaces:switcher",
    "workspaces:invitation",
    "schema",
    "api-docs",
}
