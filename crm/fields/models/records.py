"""The base of people, organizations, deals, leads and projects."""

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.fields import alike, facts, spelling
from crm.fields.models.seeing import RecordQuerySet, Visibility
from crm.workspaces import tenancy
from crm.workspaces.models import Membership


class Record(tenancy.PublicModel):
    """Something people work on and everybody calls by its name."""

    name = models.CharField(_("name"), max_length=200)
    name_key = models.CharField(max_length=200, editable=False)
    owner = tenancy.WorkspaceForeignKey(
        Membership, models.SET_NULL, null=True, related_name="+", verbose_name=_("owner")
    )
    visibility = models.CharField(
        _("visible to"),
        max_length=8,
        choices=Visibility,
        default=Visibility.EVERYONE,
        db_default=Visibility.EVERYONE.value,
    )
    # Ids of Label; one row, one read, and the index answers "has this label"
    label_ids = ArrayField(models.BigIntegerField(), default=list, db_default=[], blank=True)
    # Values of the workspace's own fields by the key of Field; empty ones are not kept
    custom = models.JSONField(default=dict, db_default={}, blank=True)
    # Plain words that searching looks at, kept by `fields.actions`
    search = models.TextField(default="", db_default="", editable=False)
    # Counts changes, so that two people changing at once are told
    version = models.PositiveIntegerField(default=1, db_default=1, editable=False)
    created_by = tenancy.WorkspaceForeignKey(
        Membership, models.SET_NULL, null=True, related_name="+", editable=False
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_by = tenancy.WorkspaceForeignKey(
        Membership, models.SET_NULL, null=True, related_name="+", editable=False
    )
    updated_at = models.DateTimeField(default=timezone.now, editable=False)
    # Thirty days later it is gone
    trashed_at = models.DateTimeField(null=True, editable=False)
    trashed_by = tenancy.WorkspaceForeignKey(
        Membership, models.SET_NULL, null=True, related_name="+", editable=False
    )

    objects: Any = tenancy.walled(RecordQuerySet)

    # What is known of this kind beyond what every record has
    FACTS: ClassVar[tuple[facts.Fact, ...]] = ()
    # The word for many of them, in addresses and rights: `people.change`
    MANY: ClassVar[str] = ""
    # Why two of this kind may be the same; a kind without reasons is never merged
    ALIKE: ClassVar[tuple[alike.Alike, ...]] = ()
    # Which columns find it, its own ones; `search` has the names of those it belongs to as well
    SAYS: ClassVar[tuple[str, ...]] = ("name_key",)
    # Models of rows that are parts of a record: `absorb` moves them, not merging itself
    PARTS: ClassVar[tuple[str, ...]] = ()

    class Meta(tenancy.PublicModel.Meta):
        abstract = True
        indexes = [
            models.Index(
                fields=["workspace", "name_key", "id"],
                condition=Q(trashed_at=None),
                name="%(class)s_name",
            ),
            models.Index(fields=["workspace", "updated_at", "id"], name="%(class)s_updated"),
            models.Index(fields=["workspace", "owner"], name="%(class)s_owner"),
            models.Index(
                fields=["workspace", "trashed_at"],
                condition=Q(trashed_at__isnull=False),
                name="%(class)s_trash",
            ),
            GinIndex(
                fields=["workspace", "search"],
                opclasses=["int8_ops", "gin_trgm_ops"],
                name="%(class)s_search",
            ),
            GinIndex(
                fields=["workspace", "label_ids"],
                opclasses=["int8_ops", "array_ops"],
                name="%(class)s_labels",
            ),
            GinIndex(
                fields=["workspace", "custom"],
                opclasses=["int8_ops", "jsonb_path_ops"],
                name="%(class)s_custom",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def kind(cls) -> str:
        """The word for this kind of record, in events, fields, labels and views."""
        return cls._meta.model_name or ""

    @property
    def is_trashed(self) -> bool:
        return self.trashed_at is not None

    def search_parts(self) -> list[str]:
        """The texts by which this record is found; a kind adds its own."""
        return [self.name]

    def prepare(self) -> None:
        """Bring what is derived from other columns into step, before a save."""
        self.name_key = spelling.sort_key(self.name)
        self.search = spelling.search_text(self.search_parts())

    def follow_trash(self) -> None:
        """Bring rows beside the record into step after it went into the trash or came back."""

    def place(self) -> int | None:
        """Where the record stands, for fields that must be filled there: a deal its stage."""
        return None

    def absorb(self, other: Any) -> dict[str, Any]:
        """Take over the parts of a record that becomes this one; plain JSON for the way back."""
        return {}

    def release(self, other: Any, parts: dict[str, Any]) -> None:
        """Give the other one its parts back, as `absorb` told of them."""

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self.name_key:
            self.name_key = spelling.sort_key(self.name)
        super().save(*args, **kwargs)
