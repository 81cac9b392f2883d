"""Files that people bring along: what was asked, every row as a piece of work, what came of it."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.workspaces import tenancy
from crm.workspaces.models import Membership


class Import(tenancy.PublicModel):
    """One file on its way to becoming records."""

    class State(models.TextChoices):
        READING = "reading", _("Being read")
        UNREADABLE = "unreadable", _("Not readable")
        MAPPING = "mapping", _("Waits for you")
        CHECKING = "checking", _("Being tried")
        RUNNING = "running", _("Being imported")
        STOPPED = "stopped", _("Stopped")
        DONE = "done", _("Imported")
        UNDOING = "undoing", _("Being taken back")
        UNDONE = "undone", _("Taken back")
        FAILED = "failed", _("Failed")

    class Policy(models.TextChoices):
        """What becomes of a row whose record is here already."""

        SKIP = "skip", _("Leave it as it is")
        UPDATE = "update", _("Bring it up to date")
        ADD = "add", _("Add it once more")

    kind = models.CharField(max_length=16)
    filename = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=State, default=State.READING)
    policy = models.CharField(max_length=6, choices=Policy, default=Policy.SKIP)
    heading = models.JSONField(default=list)
    # For each column {"to": target or "", "label": word, "label_from": column}
    mapping = models.JSONField(default=list)
    # How days are written where the year does not come first: "dmy" or "mdy"
    day_order = models.CharField(max_length=3, default="dmy")
    # The country of phones written without one
    region = models.CharField(max_length=2, blank=True)
    by = tenancy.WorkspaceForeignKey(Membership, models.CASCADE, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    # Rows by what came of them, and under "check" by what would
    counts = models.JSONField(default=dict)
    trouble = models.CharField(max_length=32, blank=True)
    lease_until = models.DateTimeField(null=True)
    fence = models.PositiveIntegerField(default=0)
    # The fence with which somebody asked for it: those since then are tries
    tried_from = models.PositiveIntegerField(default=0, db_default=0)
    # The state in which it failed, to be taken up again
    failed_at = models.CharField(max_length=10, blank=True, default="", db_default="")

    across_workspaces = ("import_due",)

    class Meta(tenancy.PublicModel.Meta):
        indexes = [
            models.Index(fields=["workspace", "-asked_at"], name="import_asked"),
            models.Index(
                fields=["lease_until"],
                condition=Q(state__in=["reading", "checking", "running", "undoing"]),
                name="import_due",
            ),
        ]

    def __str__(self) -> str:
        return self.filename

    @property
    def percent(self) -> int:
        return min(99, 100 * self.done // self.total) if self.total else 0

    @property
    def may_be_tried_again(self) -> bool:
        """Whether it failed at what can be gone on with; what was taken back is taken back anew."""
        is_known = bool(self.heading) or self.failed_at == self.State.READING
        return self.state == self.State.FAILED and is_known and self.failed_at != self.State.UNDOING

    @property
    def is_busy(self) -> bool:
        return self.state in BUSY


BUSY = (Import.State.READING, Import.State.CHECKING, Import.State.RUNNING, Import.State.UNDOING)


class ImportFile(tenancy.WorkspaceModel):
    """The bytes of a file until its rows are known."""

    batch = tenancy.WorkspaceForeignKey(Import, models.CASCADE, related_name="+")
    data = models.BinaryField()

    class Meta(tenancy.WorkspaceModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace", "batch"], name="import_file_once")
        ]


class ImportRow(tenancy.WorkspaceModel):
    """One row of a file; what waits is still to be done."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        CREATED = "created", pgettext_lazy("rows of a file", "Added")
        UPDATED = "updated", _("Brought up to date")
        SKIPPED = "skipped", _("Left out")
        FAILED = "failed", _("Not imported")
        UNDONE = "undone", _("Taken back")
        KEPT = "kept", _("Changed since, so kept")

    batch = tenancy.WorkspaceForeignKey(Import, models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField()
    cells = models.JSONField()
    state = models.CharField(
        max_length=8, choices=State, default=State.WAITING, db_default=State.WAITING.value
    )
    # What a trial says would come of it
    forecast = models.CharField(max_length=8, blank=True, default="", db_default="")
    # Pairs of a code (`importing.sayings`) and the value it is about
    said = models.JSONField(default=list, db_default=[])
    object_id = models.BigIntegerField(null=True)

    class Meta(tenancy.WorkspaceModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace", "batch", "number"], name="import_row_once")
        ]
        indexes = [
            models.Index(fields=["workspace", "batch", "state", "number"], name="import_row_state")
        ]


class ImportSide(tenancy.WorkspaceModel):
    """A record that an import made on the way: the organization that a person names."""

    batch = tenancy.WorkspaceForeignKey(Import, models.CASCADE, related_name="sides")
    kind = models.CharField(max_length=16)
    object_id = models.BigIntegerField()

    class Meta(tenancy.WorkspaceModel.Meta):
        indexes = [models.Index(fields=["workspace", "batch"], name="import_sides")]
