"""Projects for programs."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from crm.contacts.models import Organization, Person
from crm.deals.models import Deal
from crm.fields.api.asked import RecordQuery
from crm.fields.api.label_names import Seen
from crm.fields.api.records import Records
from crm.fields.api.shapes import NewRecordShape, RecordShape
from crm.projects import actions
from crm.projects.actions import links
from crm.projects.api.boards import known_boards, known_phases
from crm.projects.api.restoring import Restoring
from crm.projects.models import Board, Phase, Project, ProjectLink, Template
from crm.ui.rest import counted, fields
from crm.ui.rest.refusals import Conflict
from crm.workspaces.models import Membership

EXAMPLE = OpenApiExample(
    "A project",
    request_only=True,
    value={"title": "Brightmoor, 14 depots", "starts_on": "2026-12-07", "due_on": "2027-02-26"},
)
MOST_LINKS = 50


def known_templates(asking: Membership) -> QuerySet[Template]:
    found: QuerySet[Template] = Template.objects.select_related("board")
    return found


def visible(model: Any) -> Any:
    """The rows of a kind that whoever asks sees."""
    return lambda asking: model.objects.visible_to(asking)


class NewProjectShape(NewRecordShape):
    """A project to make."""

    title = fields.Text(source="name", max_length=200)
    description = fields.Text(required=False, allow_blank=True, max_length=20_000)
    board = fields.Ref(
        known_boards, required=False, help_text="Of the first phase, where no phase is given."
    )
    phase = fields.Ref(
        known_phases, required=False, help_text="The first of the board, if not given."
    )
    template = fields.Ref(
        known_templates,
        required=False,
        allow_null=True,
        help_text="Whose tasks a new project begins with; a change takes none.",
    )
    status = fields.Choice(choices=Project.Status.choices, required=False)
    starts_on = fields.Day(required=False, allow_null=True)
    due_on = fields.Day(required=False, allow_null=True)
    person = fields.Ref(visible(Person), required=False, allow_null=True)
    organization = fields.Ref(visible(Organization), required=False, allow_null=True)
    deals = counted.Few(
        child=fields.Ref(visible(Deal)),
        required=False,
        max_length=MOST_LINKS,
        help_text="The deals it has to do with.",
    )


class ProjectShape(RecordShape):
    title = fields.Text(source="name")
    description = fields.Text()
    board = fields.Id(source="board.uid")
    phase = fields.Id(source="phase.uid")
    status = fields.Choice(choices=Project.Status.choices)
    starts_on = fields.Day(allow_null=True)
    due_on = fields.Day(allow_null=True)
    person = Seen()
    organization = Seen()
    deals = serializers.SerializerMethodField()
    phase_since = fields.Moment()
    closed_at = fields.Moment(allow_null=True)

    def get_deals(self, project: Project) -> list[str]:
        """The deals it has to do with, as far as the one who asks sees them."""
        return [str(row.deal.uid) for row in project.links.all() if row.deal in self._seen()]

    def _seen(self) -> Any:
        kept: Any = self.context
        if "deals_seen" not in kept:
            shown: Any = self.root.instance
            rows = shown if isinstance(shown, list | tuple) else [shown]
            pks = [link.deal_id for row in rows for link in row.links.all() if link.deal_id]
            seen = Deal.objects.visible_to(kept["member"]).filter(pk__in=pks)
            kept["deals_seen"] = set(seen)
        return kept["deals_seen"]


class ProjectQuery(RecordQuery):
    board = fields.Ref(known_boards, required=False, help_text="Projects of this board.")
    phase = fields.Ref(known_phases, required=False, help_text="Projects in this phase.")
    status = fields.Choice(choices=Project.Status.choices, required=False)


class Projects(Restoring, Records):
    """What was sold and is now done, as far as visibility shows it."""

    read_scope = "deals:read"
    write_scope = "deals:write"
    model = Project
    one, many = "a project", "projects"
    serializer_class = ProjectShape
    list_query = ProjectQuery
    narrowed_by = ("board", "phase", "status")
    new_shape = NewProjectShape
    examples = (EXAMPLE,)
    notes = {
        "create": "A new project in the first phase unless told otherwise, with the tasks of a"
        " template.",
        "partial_update": "Change what is named; another `phase` moves it, another `status` ends it"
        " or takes it up again, `deals` are all of its deals anew.",
    }

    def loaded(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        joined = rows.select_related("owner", "person", "organization", "phase", "board")
        return joined.prefetch_related("links__deal")

    def make(self, asked: Mapping[str, Any]) -> Project:
        given = dict(asked)
        template: Template | None = given.pop("template", None)
        status = given.pop("status", Project.Status.OPEN)
        project = actions.create_project(
            name=given.pop("name"),
            phase=self._phase(given, template),
            template=template,
            deals=given.pop("deals", ()),
            values=given,
            by=self.member,
            at=timezone.now(),
        )
        return self._settle(project, status)

    def alter(self, record: Any, asked: Mapping[str, Any], version: int | None) -> Project:
        given = dict(asked)
        how: dict[str, Any] = {"by": self.member, "at": timezone.now()}
        given.pop("template", None)
        status = given.pop("status", record.status)
        wanted: list[Deal] | None = given.pop("deals", None)
        to = self._phase(given, None) if {"phase", "board"} & set(given) else record.phase
        changed = actions.change_project(
            project=record, values=given, version=version, strict=True, **how
        )
        seen = version if not given else None
        if to.pk != changed.phase_id:
            changed = actions.move_project(project=changed, to=to, version=seen, strict=True, **how)
        if wanted is not None:
            self._relink(changed, wanted)
        return self._settle(changed, status)

    def _relink(self, project: Project, wanted: list[Deal]) -> None:
        """Exactly these deals, but for those that the one who asks does not see."""
        how: dict[str, Any] = {"project": project, "by": self.member, "at": timezone.now()}
        seen = Deal.objects.visible_to(self.member).values("pk")
        rows = ProjectLink.objects.filter(project=project, deal__in=seen).select_related("deal")
        for row in rows:
            if row.deal not in wanted:
                links.unlink(row=row, **how)
        for deal in wanted:
            try:
                links.link(to=deal, **how)
            except links.TooMany as error:
                raise Conflict(_("No more links fit in here.")) from error

    def _settle(self, project: Project, status: str) -> Project:
        """In progress, done or cancelled, as it was asked for."""
        if status == project.status:
            return project
        return actions.close_project(
            project=project, status=status, by=self.member, at=timezone.now()
        )

    def _phase(self, given: dict[str, Any], template: Template | None) -> Phase:
        """The phase that was asked for, or the first of the board."""
        phase: Phase | None = given.pop("phase", None)
        board: Board | None = given.pop("board", None)
        if phase is not None:
            if board is not None and phase.board_id != board.pk:
                text = _("This phase belongs to another board.")
                raise ValidationError({"phase": [text]}, code="invalid")
            return phase
        actions.prepare_delivering(by=self.member, at=timezone.now())
        board = board or (template.board if template else None)
        rows = Phase.objects.select_related("board").filter(board__closed_at=None)
        rows = Phase.objects.select_related("board").filter(board=board) if board else rows
        first: Phase = rows.order_by("board__position", "board", "position", "pk")[0]
        return first
