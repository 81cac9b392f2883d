"""Making, changing and removing labels."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from crm.fields.models import Label, kinds
from crm.fields.models.definitions import next_position
from crm.timeline import actions as timeline
from crm.workspaces.models import Membership


def create_label(*, kind: str, name: str, hue: str, by: Membership, at: datetime) -> Label:
    """A label behind the others of its kind; raises ValidationError where the name is taken."""
    try:
        with transaction.atomic():
            label: Label = Label.objects.create(
                kind=kind,
                name=name[:40],
                hue=hue,
                position=next_position(Label, kind=kind),
                updated_at=at,
            )
            timeline.record("label.created", by=by, about=[label], at=at, data={"name": name})
    except IntegrityError as error:
        raise _taken(name) from error
    return label


def change_label(*, label: Label, name: str, hue: str, by: Membership, at: datetime) -> Label:
    """Another name or colour; raises ValidationError where the name is taken."""
    before = [label.name, label.hue]
    label.name, label.hue, label.updated_at = name[:40], hue, at
    try:
        with transaction.atomic():
            label.save(update_fields=["name", "hue", "updated_at"])
            said = {"changes": {"label": [before, [label.name, label.hue]]}}
            timeline.record("label.changed", by=by, about=[label], at=at, data=said)
    except IntegrityError as error:
        raise _taken(name) from error
    return label


def delete_label(*, label: Label, by: Membership, at: datetime) -> None:
    """Remove a label; records that have it show it no more."""
    with transaction.atomic():
        timeline.record("label.deleted", by=by, about=[label], at=at, data={"name": label.name})
        model = kinds().get(label.kind)
        rows = model.objects.filter(label_ids__contains=[label.pk]) if model else ()
        for record in rows:
            record.label_ids = [pk for pk in record.label_ids if pk != label.pk]
            record.save(update_fields=["label_ids"])
        label.delete()


def _taken(name: str) -> ValidationError:
    text = _("There is a label named %(name)s already.") % {"name": name}
    return ValidationError({"name": text}, code="taken")
