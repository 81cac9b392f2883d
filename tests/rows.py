"""One row of every walled table, made by looking at the models, so that none is forgotten."""

from decimal import Decimal
from itertools import count
from typing import Any
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from crm.workspaces import sealing, walls
from crm.workspaces.models import Membership
from crm.workspaces.tenancy import WorkspaceForeignKey, WorkspaceModel
from tests.world import NOW

# What a constraint of the table asks for beyond the types of its columns
GIVEN: dict[str, dict[str, Any]] = {
    # Open, so that it is counted
    "deals.Deal": {"trashed_at": None},
    "fields.Likeness": {"first_id": 1, "second_id": 2},
    "projects.ProjectLink": {"person": None, "organization": None},
}
_number = count(1)


class Rows:
    """Rows of the opened workspace, each text of them a canary."""

    def __init__(self, member: Membership, canary: str) -> None:
        self.canary = canary
        self.made: dict[type[models.Model], Any] = {Membership: member}
        self.making: set[type[models.Model]] = set()

    def fill(self) -> "Rows":
        """Make a row in every walled table."""
        for model in sorted(walls.walled_models(), key=lambda model: model.is_reckoned):
            self.one(model)
        return self

    def one(self, model: type[models.Model]) -> Any:
        """The row of a table, made if it is not there."""
        if model not in self.made:
            self.making.add(model)
            self.made[model] = self._make(model)
            self.making.discard(model)
        return self.made[model]

    def _make(self, model: type[models.Model]) -> Any:
        if getattr(model, "is_reckoned", False):
            # PostgreSQL made it when what it counts was made
            return model._default_manager.get()
        values = dict(GIVEN.get(model._meta.label, {}))
        for field in model._meta.local_concrete_fields:
            known = field.name in values or field.name == "workspace"
            if not known and not isinstance(field, models.AutoField):
                self._give(values, field)
        sealed = {
            field.name: values.pop(field.name)
            for field in model._meta.local_concrete_fields
            if isinstance(field, sealing.SealedField)
        }
        row = model(**values)
        assert isinstance(row, WorkspaceModel)
        row.stamp()
        for name, secret in sealed.items():
            sealing.seal(row, name, secret)  # type: ignore[arg-type]
        row.save(force_insert=True)
        return row

    def _give(self, values: dict[str, Any], field: Any) -> None:
        if isinstance(field, WorkspaceForeignKey):
            target = field.related_model
            if target in self.making:
                assert field.null, f"{field} needs itself"
            else:
                values[field.name] = self.one(target)
        elif field.choices:
            values[field.name] = field.choices[0][0]
        elif isinstance(field, sealing.SealedField):
            values[field.name] = self.canary
        elif not field.has_default() or isinstance(field, models.CharField | models.TextField):
            value = self._value(field)
            if value is not None:
                values[field.name] = value

    def _value(self, field: Any) -> Any:
        number = next(_number)
        match field:
            case models.EmailField():
                return f"{self.canary}{number}@example.test"
            case models.CharField() | models.TextField():
                return f"{self.canary} {number}"[: field.max_length]
            case models.BinaryField():
                return f"{self.canary} {number}".encode()
            case models.DateTimeField():
                return NOW
            case models.DateField():
                return NOW.date()
            case models.BooleanField():
                return False
            case models.DecimalField():
                return Decimal(number)
            case models.UUIDField():
                return UUID(int=number)
            case models.IntegerField():
                return number
            case models.JSONField() | ArrayField():
                return []
            case SearchVectorField():
                return None
        raise TypeError(f"tests/rows.py cannot fill {field}")
