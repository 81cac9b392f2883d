"""Deals, who takes part in them, and how long they stayed where."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, ClassVar

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import ExpressionWrapper, F, Q, Value
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.contacts.models import Organization, Person
from crm.deals.models.pipelines import Pipeline, Stage
from crm.fields.facts import Fact
from crm.fields.models import Record
from crm.workspaces import tenancy

OPEN = Q(status="open", trashed_at=None)


def rotting(at: Any) -> Q:
    """Deals that lie open and untouched for longer than their stage allows; `at` is a moment."""
    patience = ExpressionWrapper(
        F("stage__rotting_days") * Value(timedelta(days=1)), models.DurationField()
    )
    now = Value(at, models.DateTimeField()) if isinstance(at, datetime) else at
    since = ExpressionWrapper(now - patience, models.DateTimeField())
    idle = Q(touched_at=None) | Q(touched_at__lte=since)
    return idle & Q(status="open", stage__rotting_days__isnull=False, updated_at__lte=since)


def idle_days(updated_at: datetime, touched_at: datetime | None, at: datetime) -> int:
    """How many days a deal has neither been changed nor touched."""
    return max(0, (at - max(updated_at, touched_at or updated_at)).days)


class Deal(Record):
    """Something somebody may buy."""

    class Status(models.TextChoices):
        OPEN = "open", _("Open")
        WON = "won", _("Won")
        LOST = "lost", _("Lost")

    pipeline = tenancy.WorkspaceForeignKey(Pipeline, models.PROTECT, related_name="+")
    stage = tenancy.WorkspaceForeignKey(Stage, models.PROTECT, related_name="+")
    stage_since = models.DateTimeField(editable=False)
    status = models.CharField(
        _("status"), max_length=4, choices=Status, default=Status.OPEN, editable=False
    )
    value = models.DecimalField(
        _("value"),
        max_digits=16,
        decimal_places=2,
        null=True,
        validators=[MinValueValidator(Decimal(0))],
    )
    currency = models.CharField(_("currency"), max_length=3)
    expected_on = models.DateField(_("expected close"), null=True)
    person = tenancy.WorkspaceForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    organization = tenancy.WorkspaceForeignKey(
        Organization, models.SET_NULL, null=True, related_name="+"
    )
    # When its owner was last given something to do because it rotted
    followed_up_at = models.DateTimeField(null=True, editable=False)
    # When somebody last planned or did something about it, noted something, or laid a file there
    touched_at = models.DateTimeField(null=True, editable=False)
    # When it was won or lost, and why lost
    closed_at = models.DateTimeField(null=True, editable=False)
    lost_reason = models.CharField(_("lost because"), max_length=200, blank=True)

    MANY = "deals"
    FACTS: ClassVar[tuple[Fact, ...]] = (
        Fact("name", _("Title"), order="name_key", required=True),
        Fact("value", _("Value"), "money", order="value", prompt=_("Add a value")),
        Fact(
            "expected_on",
            _("Expected"),
            "date",
            order="expected_on",
            prompt=_("Add an expected date"),
        ),
        Fact(
            "organization",
            _("Organization"),
            "organization",
            order="organization__name_key",
            prompt=_("Add an organization"),
        ),
        Fact("person", _("Person"), "person", order="person__name_key", prompt=_("Add a person")),
        Fact("pipeline", _("Pipeline"), "row", editable=False, aside=True),
        Fact("stage", _("Stage"), "row", order="stage__position", editable=False, aside=True),
        Fact(
            "status",
            _("Status"),
            "choice",
            options=tuple(Status.choices),
            editable=False,
            aside=True,
        ),
        Fact("closed_at", _("Closed"), "moment", order="closed_at", editable=False, aside=True),
        Fact("lost_reason", _("Lost because"), editable=False, aside=True),
        Fact("is_stale", _("Rotting"), "yes_no", editable=False, aside=True, holds=rotting),
    )

    class Meta(Record.Meta):
        indexes = [
            *Record.Meta.indexes,
            # A column of the board, the last arrived first; what one does not see is passed over
            # within the index
            models.Index(
                "workspace",
                "stage",
                models.F("stage_since").desc(),
                models.F("id").desc(),
                include=["visibility", "owner"],
                condition=OPEN,
                name="deal_column",
            ),
            # The sums of the board, read from the index alone
            models.Index(
                fields=["workspace", "pipeline", "stage"],
                include=["currency", "value", "visibility", "owner"],
                condition=OPEN,
                name="deal_sums",
            ),
            # A month of the forecast, and its sums
            models.Index(
                fields=["workspace", "pipeline", "expected_on", "id"],
                include=["stage", "currency", "value", "visibility", "owner"],
                condition=OPEN,
                name="deal_forecast",
            ),
            models.Index(
                fields=["workspace", "pipeline", "closed_at"],
                condition=Q(status="won", trashed_at=None),
                name="deal_won",
            ),
            models.Index(fields=["workspace", "person"], name="deal_person"),
            models.Index(fields=["workspace", "organization"], name="deal_organization"),
        ]

    @property
    def is_open(self) -> bool:
        return self.status == self.Status.OPEN

    @property
    def standing(self) -> str:
        """Where it is, in a word: its stage, won or lost."""
        return self.stage.name if self.is_open else self.get_status_display()

    def place(self) -> int | None:
        """Its stage, while it is open."""
        return self.stage_id if self.is_open else None

    def weighted(self) -> Decimal:
        """The value times how likely it is in this stage, in the deal's currency."""
        return (self.value or Decimal(0)) * self.stage.probability / 100

    def days_in_stage(self, at: datetime) -> int:
        return max(0, (at - self.stage_since).days)

    def idle_days(self, at: datetime) -> int:
        """How many days nobody has touched it."""
        return idle_days(self.updated_at, self.touched_at, at)

    def is_rotting(self, at: datetime) -> bool:
        """Whether it lies open and untouched for longer than its stage allows."""
        most = self.stage.rotting_days
        return self.is_open and most is not None and self.idle_days(at) >= most

    @property
    def is_stale(self) -> bool | None:
        """Whether it is rotting now; None says nothing in a list where it is not."""
        return self.is_rotting(timezone.now()) or None

    def search_parts(self) -> list[str]:
        """Title, person and organization."""
        person = self.person.name if self.person else ""
        return [self.name, self.organization.name if self.organization else "", person]


class DealPerson(tenancy.WorkspaceModel):
    """Somebody who takes part in a deal besides its main person."""

    deal = tenancy.WorkspaceForeignKey(Deal, models.CASCADE, related_name="+")
    person = tenancy.WorkspaceForeignKey(Person, models.CASCADE, related_name="+")
    role = models.CharField(_("part"), max_length=60, blank=True)

    class Meta(tenancy.WorkspaceModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace", "deal", "person"], name="in_deal_once")
        ]
        indexes = [models.Index(fields=["workspace", "person"], name="deals_of_person")]

    def __str__(self) -> str:
        return self.role


class Stay(tenancy.WorkspaceModel):
    """A deal's time in a stage."""

    deal = tenancy.WorkspaceForeignKey(Deal, models.CASCADE, related_name="+")
    stage = tenancy.WorkspaceForeignKey(Stage, models.CASCADE, related_name="+")
    entered_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)

    class Meta(tenancy.WorkspaceModel.Meta):
        indexes = [models.Index(fields=["workspace", "deal", "entered_at"], name="stay_deal")]

    def __str__(self) -> str:
        return f"{self.entered_at:%F}"
