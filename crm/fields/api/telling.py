"""How the operations of a kind of record are told to programs, in the same words for all kinds."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_view

from crm.ui.rest import shapes

# What each operation says of itself; `one` and `many` are the words of the kind
SUMMARIES = {
    "list": "List {many}",
    "create": "Make {one}",
    "retrieve": "Read {one}",
    "partial_update": "Change {one}",
    "destroy": "Delete {one}",
    "restore": "Restore {one}",
    "bulk": "Change many {many} at once",
}
NOTES = {
    "list": "Last made first; with `updated_since` in the order of their changes.",
    "create": "Whoever asks owns it, unless told otherwise.",
    "retrieve": "All that is known of one.",
    "partial_update": "Change what is named; lists, if given, are all of it anew.",
    "destroy": "Put it into the trash for thirty days.",
    "restore": "Take it out of the trash.",
    "bulk": "Make, change and delete up to 200: all of it, or nothing.",
}


def _many(new: Any) -> OpenApiExample:
    """One to make, one to change, one to delete."""
    value = {
        "create": [new],
        "update": [{"id": "01941f29-7c00-7a3c-9b1e-0f5d8c2b6a47", "visibility": "team"}],
        "delete": ["01941f2a-1b00-7d21-8f4e-6a2b9c3d5e10"],
    }
    return OpenApiExample("Several at once", request_only=True, value=value)


def tell(resource: Any) -> None:
    """Give every operation of this resource its words, its shapes and its example."""
    words = {"one": resource.one, "many": resource.many}
    shapes_of: dict[str, dict[str, Any]] = {
        "list": {},
        "create": {
            "request": resource.new_shape,
            "responses": {201: resource.serializer_class},
            "examples": list(resource.examples),
        },
        "retrieve": {},
        "partial_update": {
            "request": resource.changed_shape,
            "responses": resource.serializer_class,
        },
        "destroy": {"responses": {204: None}},
        "restore": {"request": shapes.Nothing, "responses": resource.serializer_class},
        "bulk": {
            "request": resource.bulk_shape,
            "responses": {200: resource.done_shape},
            "examples": [_many(each.value) for each in resource.examples],
        },
    }
    notes = NOTES | dict(resource.notes)
    extend_schema_view(
        **{
            name: extend_schema(
                summary=SUMMARIES[name].format(**words), description=notes[name], **more
            )
            for name, more in shapes_of.items()
        }
    )(resource)
