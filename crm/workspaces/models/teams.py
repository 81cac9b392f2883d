"""Members who share mailboxes."""

from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from crm.workspaces import tenancy
from crm.workspaces.models.users import Membership


class Team(tenancy.PublicModel):
    """Members who share mailboxes and see each other's records."""

    name = models.CharField(_("name"), max_length=80)
    # The team above: what is open to a team "and below" is open to those under it too
    parent = tenancy.WorkspaceForeignKey("self", models.SET_NULL, null=True, related_name="below")
    # Those nobody has put in order stand first, by name
    position = models.PositiveIntegerField(default=0, db_default=0)

    class Meta(tenancy.PublicModel.Meta):
        constraints = [
            models.UniqueConstraint("workspace", Lower("name"), name="team_name_once"),
        ]

    def __str__(self) -> str:
        return self.name


class TeamMember(tenancy.WorkspaceModel):
    """A member's place in a team."""

    team = tenancy.WorkspaceForeignKey(Team, models.CASCADE)
    member = tenancy.WorkspaceForeignKey(Membership, models.CASCADE, related_name="+")

    class Meta(tenancy.WorkspaceModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace", "team", "member"], name="in_team_once"),
        ]
