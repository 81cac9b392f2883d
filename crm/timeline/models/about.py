"""What an activity, a note or a file is about: any records, named by kind and id."""

from typing import Any, Self

from django.db import models
from django.db.models import Exists, OuterRef

from crm.timeline import subjects
from crm.workspaces import tenancy
from crm.workspaces.models import Membership


class About(tenancy.WorkspaceModel):
    """One of the records that a row is about; the key `of` names the row."""

    kind = models.CharField(max_length=24)
    object_id = models.BigIntegerField()

    class Meta(tenancy.WorkspaceModel.Meta):
        abstract = True
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "of", "kind", "object_id"], name="%(class)s_once"
            )
        ]
        indexes = [
            models.Index(fields=["workspace", "kind", "object_id", "of"], name="%(class)s_row")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}"


class AboutQuerySet(models.QuerySet[Any]):
    """Rows that are about records, which their `about` names."""

    def of(self, record: Any) -> Self:
        """What is about this record."""
        return self.of_one(record._meta.model_name, record.pk)

    def of_one(self, kind: Any, pk: Any) -> Self:
        """What is about the record of that kind and id, which a statement may be given."""
        return self.filter(Exists(self._links().filter(kind=kind, object_id=pk)))

    def without_hidden(self, member: Membership) -> Self:
        """Without what is about a record that the member does not see."""
        return self.exclude(self.is_hidden(member))

    def is_hidden(self, member: Membership) -> Exists:
        """Whether it is about a record that the member does not see."""
        return Exists(self._links().exclude(subjects.is_seen(member)))

    def is_linked(self) -> Exists:
        """Whether it is about anything."""
        return Exists(self._links())

    def _links(self) -> models.QuerySet[Any]:
        model: Any = self.model._meta.get_field("about").related_model
        rows: models.QuerySet[Any] = model.objects.filter(of=OuterRef("pk"))
        return rows
