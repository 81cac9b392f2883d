"""Making workspaces and naming them."""

from datetime import datetime

from django.db import transaction

from crm.workspaces import sealing
from crm.workspaces.actions import audit, members
from crm.workspaces.actions.slugs import free_slug
from crm.workspaces.models import Membership, Role, User, Workspace


def create_workspace(*, name: str, owner: User, at: datetime) -> Membership:
    """A new workspace and its owner's place in it."""
    with transaction.atomic("system"):
        workspace = Workspace(name=name, slug=free_slug(name), created_at=at)
        workspace.data_key = sealing.new_data_key(workspace.uid)
        workspace.save()
        member = members.add_member(workspace=workspace, user=owner, role=Role.OWNER, at=at)
        audit.note("workspace.created", by=member, at=at, about=name)
        return member


def rename_workspace(*, workspace: Workspace, name: str, by: Membership, at: datetime) -> Workspace:
    """Give the workspace another name; its addresses stay."""
    with transaction.atomic("system"):
        rows = Workspace.objects.using("system").select_for_update()
        before = rows.get(pk=workspace.pk).name
        workspace.name = name
        workspace.save(update_fields=["name"])
        if name != before:
            audit.note("workspace.renamed", by=by, at=at, about=name, data={"from": before})
    return workspace


def change_own_domains(
    *, workspace: Workspace, domains: list[str] | None, by: Membership, at: datetime
) -> Workspace:
    """Say among which domains mail is internal; None: those of the mailboxes."""
    with transaction.atomic("system"):
        row = Workspace.objects.using("system").select_for_update().get(pk=workspace.pk)
        before, row.own_domains = row.own_domains, domains
        row.save(update_fields=["own_domains"])
        if before != domains:
            data = {"domains": ", ".join(domains or []), "from": ", ".join(before or [])}
            audit.note("workspace.domains_changed", by=by, at=at, about=row.name, data=data)
    return row
