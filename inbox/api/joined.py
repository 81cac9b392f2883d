"""What is said when threads are linked, split and merged."""

from drf_spectacular.utils import OpenApiExample

from crm.timeline.api import about
from crm.ui.rest import fields, shapes
from inbox.api import links, refs

UID = "01941f29-7c00-7a3c-9b1e-0f5d8c2b6a47"
DEAL = OpenApiExample("A deal", {"deal": UID}, request_only=True)
MESSAGE = OpenApiExample("From this message on", {"message": UID}, request_only=True)
OTHER = OpenApiExample("The other thread", {"thread": UID}, request_only=True)


class _Named(shapes.Shape):
    """Records of any kinds, at least one."""


class _Linking(shapes.Shape):
    """Records that the thread shall be linked to, at least one."""

    message = refs.message(
        required=False, help_text="A message of the thread, where only that one is meant."
    )


NamedShape = about.each(_Named, "NamedShape", "The id of a {word}.")
LinkingShape = about.each(_Linking, "LinkingShape", "The id of a {word}.")


class LinksShape(shapes.Shape):
    results = links.LinkShape(many=True)


class SplitShape(shapes.Shape):
    message = refs.message(help_text="The first message of the thread to be.")


class MergeShape(shapes.Shape):
    thread = refs.ThreadRef(help_text="The thread that becomes a part of this one.")


class UnmergeShape(shapes.Shape):
    thread = fields.Id(help_text="The thread that became a part of this one.")


AGAIN = OpenApiExample(
    "What was declined then", {"declined_at": "2026-11-20T09:30:00Z"}, request_only=True
)


class SuggestionShape(shapes.Shape):
    kind = fields.Text(help_text="`deal`, `lead` or `project`.")
    id = fields.Id()
    name = fields.Text()


class SuggestionsShape(shapes.Shape):
    asked = fields.Flag(
        help_text="Nobody chose yet: `links/` says which is meant, `decline/` that none is."
    )
    results = SuggestionShape(many=True)
    declined_at = fields.Moment(
        allow_null=True, help_text="After `decline/`: what `ask_again/` takes it back by."
    )


class DeclinedShape(shapes.Shape):
    declined_at = fields.Moment(help_text="As the answer of `decline/` said it.")
