"""Which sample data somebody worked on."""

from typing import Any

from crm.deals.actions.sampling import SAMPLERS
from crm.deals.models import DealPerson
from crm.fields.models import kinds
from crm.timeline.models import ActivityAbout, EventAbout, FileAbout, NoteAbout, Sample

# What one does to try a board out; it makes nobody's own
PLAYED = {"moved", "won", "lost", "done", "cancelled", "reopened"}
LINKS: tuple[type[Any], ...] = (ActivityAbout, NoteAbout, FileAbout)


def marked(model: type[Any]) -> dict[int, int]:
    """The sample rows of a model: the version each was made with, by its id."""
    rows = Sample.objects.filter(kind=model._meta.model_name)
    return dict(rows.values_list("object_id", "version"))


def worked_on(model: type[Any], marks: dict[int, int]) -> set[int]:
    """The ids of those samples that somebody changed, linked or named since."""
    kind = model._meta.model_name
    rows = model.objects.filter(pk__in=marks).values_list("pk", "version")
    steps = {pk: version - marks[pk] for pk, version in rows if version != marks[pk]}
    found = steps.keys() - _only_played_with(model, steps)
    for links in LINKS:
        own = marked(links._meta.get_field("of").related_model)
        about = links.objects.filter(kind=kind, object_id__in=list(marks)).exclude(of__in=list(own))
        found |= set(about.values_list("object_id", flat=True))
    for sampler in SAMPLERS:
        if sampler.model is model:
            found |= sampler.worked_on(list(marks))
    return found | _named_by_others(model, list(marks))


def _only_played_with(model: type[Any], steps: dict[int, int]) -> set[int]:
    """Those that were only moved, won, lost or opened again since they were made."""
    kind = model._meta.model_name
    rows = EventAbout.objects.filter(
        kind=kind, object_id__in=list(steps), event__verb__startswith=f"{kind}."
    )
    done: dict[int, list[str]] = {}
    for pk, verb in rows.exclude(event__verb=f"{kind}.created").values_list(
        "object_id", "event__verb"
    ):
        done.setdefault(pk, []).append(verb.partition(".")[2])
    return {
        pk for pk, verbs in done.items() if PLAYED.issuperset(verbs) and len(verbs) >= steps[pk]
    }


def _named_by_others(model: type[Any], pks: list[int]) -> set[int]:
    """Those that a record points at which is no sample, or one that stays."""
    found: set[int] = set()
    for relation in model._meta.get_fields(include_hidden=True):
        other = relation.related_model
        if not relation.auto_created or relation.concrete or other not in _pointing(model):
            continue
        column = relation.field.attname
        rows = other.objects.filter(**{f"{column}__in": pks})
        found |= set(rows.values_list(column, flat=True))
    return found


def _pointing(model: type[Any]) -> set[type[Any]]:
    """The kinds of row in which being named means that somebody works with it."""
    more = (row for each in SAMPLERS if each.model is not model for row in each.pointing)
    return {*kinds().values(), DealPerson, *more}
