"""The kinds of record there are."""

from django.apps import apps

from crm.fields.models.records import Record


def kinds() -> dict[str, type[Record]]:
    """Every kind of record there is, by its word."""
    found = (m for m in apps.get_models() if issubclass(m, Record))
    return {model.kind(): model for model in found}
