"""Projects, and what they are linked to."""

from datetime import date
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.contacts.models import Organization, Person
from crm.deals.models import Deal
from crm.fields.facts import Fact
from crm.fields.models import Record
from crm.projects.models.boards import Board, Phase
from crm.workspaces import tenancy

OPEN = Q(status="open", trashed_at=None)


class Project(Record):
    """Something that was sold and is now done."""

    class Status(models.TextChoices):
        OPEN = "open", _("In progress")
        DONE = "done", pgettext_lazy("project", "Done")
        CANCELLED = "cancelled", _("Cancelled")

    board = tenancy.WorkspaceForeignKey(Board, models.PROTECT, related_name="+")
    phase = tenancy.WorkspaceForeignKey(Phase, models.PROTECT, related_name="+")
    phase_since = models.DateTimeField(editable=False)
    status = models.CharField(
        _("status"), max_length=9, choices=Status, default=Status.OPEN, editable=False
    )
    closed_at = models.DateTimeField(null=True, editable=False)
    starts_on = models.DateField(_("starts"), null=True)
    due_on = models.DateField(_("due"), null=True)
    description = models.TextField(_("description"), max_length=20_000, blank=True)
    person = tenancy.WorkspaceForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    organization = tenancy.WorkspaceForeignKey(
        Organization, models.SET_NULL, null=True, related_name="+"
    )

    MANY = "projects"
    FACTS: ClassVar[tuple[Fact, ...]] = (
        Fact("name", _("Title"), order="name_key", required=True),
        Fact("starts_on", _("Starts"), "date", order="starts_on", prompt=_("Add a first day")),
        Fact("due_on", _("Due"), "date", order="due_on", prompt=_("Add a last day")),
        Fact(
            "organization",
            _("Organization"),
            "organization",
            order="organization__name_key",
            prompt=_("Add an organization"),
        ),
        Fact("person", _("Person"), "person", order="person__name_key", prompt=_("Add a person")),
        Fact("description", _("Description"), "long_text", prompt=_("Add a description")),
        Fact("board", _("Board"), "row", editable=False, aside=True),
        Fact("phase", _("Phase"), "row", order="phase__position", editable=False, aside=True),
        Fact("status", _("Status"), "choice", options=tuple(Status.choices),
             editable=False, aside=True),
        Fact("closed_at", _("Closed"), "moment", order="closed_at", editable=False, aside=True),
    )  # fmt: skip

    class Meta(Record.Meta):
        indexes = [
            *Record.Meta.indexes,
            # A column of the board, the last arrived first
            models.Index(
                "workspace",
                "phase",
                models.F("phase_since").desc(),
                models.F("id").desc(),
                condition=OPEN,
                name="project_board",
            ),
            models.Index(
                fields=["workspace", "board", "phase"],
                include=["visibility", "owner"],
                condition=OPEN,
                name="project_counts",
            ),
            models.Index(fields=["workspace", "person"], name="project_person"),
            models.Index(fields=["workspace", "organization"], name="project_organization"),
        ]

    @property
    def is_open(self) -> bool:
        return self.status == self.Status.OPEN

    @property
    def standing(self) -> str:
        """Where it is, in a word: its phase, done or cancelled."""
        return self.phase.name if self.is_open else self.get_status_display()

    def is_late(self, today: date) -> bool:
        """Whether it should be done by now."""
        return self.is_open and self.due_on is not None and self.due_on < today

    def search_parts(self) -> list[str]:
        """Title, person and organization."""
        person = self.person.name if self.person else ""
        return [self.name, self.organization.name if self.organization else "", person]


class ProjectLink(tenancy.PublicModel):
    """A deal, a person or an organization that a project has to do with."""

    project = tenancy.WorkspaceForeignKey(Project, models.CASCADE, related_name="links")
    deal = tenancy.WorkspaceForeignKey(Deal, models.CASCADE, null=True, related_name="+")
    person = tenancy.WorkspaceForeignKey(Person, models.CASCADE, null=True, related_name="+")
    organization = tenancy.WorkspaceForeignKey(
        Organization, models.CASCADE, null=True, related_name="+"
    )

    class Meta(tenancy.PublicModel.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(deal__isnull=False)
                | Q(person__isnull=False)
                | Q(organization__isnull=False),
                name="project_link_to_one",
            ),
            models.UniqueConstraint(
                fields=["workspace", "project", "deal", "person", "organization"],
                nulls_distinct=False,
                name="project_link_once",
            ),
        ]
        indexes = [
            models.Index(fields=["workspace", "deal"], name="projects_of_deal"),
            models.Index(fields=["workspace", "person"], name="projects_of_person"),
            models.Index(fields=["workspace", "organization"], name="projects_of_organization"),
        ]

    def __str__(self) -> str:
        return str(self.linked or "")

    @property
    def linked(self) -> Any:
        """The record at the other end."""
        return self.deal or self.person or self.organization
