"""Which addresses are our own: mail among them belongs to no customer."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models.functions import Lower

from crm.workspaces import directory
from crm.workspaces.models import Membership
from crm.workspaces.tenancy import required
from inbox.mime import domains
from inbox.models import Mailbox


@dataclass(frozen=True, slots=True)
class Insiders:
    """Addresses of members and mailboxes, and the domains that the mailboxes lie in."""

    addresses: frozenset[str]
    domains: frozenset[str]

    def outside(self, addresses: Iterable[str]) -> set[str]:
        """Those that are not our own."""
        return {
            each
            for each in addresses
            if each not in self.addresses and domains.domain(each) not in self.domains
        }


def insiders() -> Insiders:
    """Our own addresses in the opened workspace, in three queries.

    The domains are those that the workspace names, else those of its mailboxes; one of which
    everybody gets addresses is nobody's own.
    """
    members = Membership.objects.using("default").filter(workspace_id=required(), is_active=True)
    people = set(members.values_list(Lower("email"), flat=True))
    named = directory.workspace(required()).own_domains
    boxes = Mailbox.objects.exclude(state=Mailbox.State.DELETED)
    ours = set(boxes.annotate(plain=Lower("address")).values_list("plain", flat=True))
    own = {domains.domain(each) for each in ours} if named is None else set(named)
    return Insiders(
        frozenset(ours | people), frozenset(each for each in own if not domains.is_free(each))
    )
