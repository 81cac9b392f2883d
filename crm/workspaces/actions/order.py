"""In which order the tables of a workspace are emptied."""

from django.db import models

from crm.workspaces import walls


def order() -> list[list[type[models.Model]]]:
    """The walled tables, those that point at others first; what points in circles together.

    What PostgreSQL reckons as others change comes last, or it would be reckoned anew.
    """
    walled = walls.walled_models()
    last: list[type[models.Model]] = [model for model in walled if model.is_reckoned]
    left: dict[type[models.Model], set[type[models.Model]]]
    left = {model: _targets(model) for model in walled if not model.is_reckoned}
    steps: list[list[type[models.Model]]] = []
    while left:
        pointed_at = {target for targets in left.values() for target in targets}
        free = [model for model in left if model not in pointed_at]
        steps += [[model] for model in free] or [list(left)]
        for model in free or list(left):
            del left[model]
    return [*steps, *([model] for model in last)]


def _targets(model: type[models.Model]) -> set[type[models.Model]]:
    walled: set[type[models.Model]] = set(walls.walled_models())
    found: set[type[models.Model]] = {field.related_model for field in walls.links(model)}
    return (found & walled) - {model}
