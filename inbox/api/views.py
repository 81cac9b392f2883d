"""Lists of threads that somebody saved, for programs."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from crm.fields.api.saved import Saved
from crm.fields.models import View
from crm.ui.rest import fields, shapes
from crm.workspaces import permissions
from crm.workspaces.models import Membership
from inbox.api import refs
from inbox.models import Mailbox, MailLabel
from inbox.queries import access, search, views

EXAMPLE = OpenApiExample(
    "Whom I owe an answer",
    request_only=True,
    value={
        "name": "Whom I owe an answer",
        "filter": {"role": "inbox", "open_deal": True, "awaiting": "me"},
        "shared": True,
    },
)
# What a page says for a condition of ours: its word and its value
WORDS: dict[tuple[str, Any], tuple[str, str]] = {
    ("linked", True): ("linked", "yes"),
    ("linked", False): ("linked", "no"),
    ("open_deal", True): ("deal", "open"),
    ("from_contact", True): ("contact", "1"),
    ("has_attachment", True): ("files", "1"),
    ("unread", True): ("unread", "1"),
    ("awaiting", "me"): ("awaiting", "me"),
    ("awaiting", "them"): ("awaiting", "them"),
    ("tracked", True): ("tracking", "1"),
    ("mine", True): ("whose", "me"),
    ("unassigned", True): ("whose", "nobody"),
    ("assigned", True): ("whose", "somebody"),
}
READ = {word: said for said, word in WORDS.items()}


class KeptShape(shapes.Shape):
    """What a view keeps; conditions that are left out ask nothing."""

    role = fields.Choice(choices=list(search.PLACES), default="inbox")
    mailbox = refs.mailbox(required=False)
    mail_label = refs.label(required=False)
    unread = fields.Flag(required=False)
    mine = fields.Flag(required=False, help_text="Of teams' mailboxes: what is given to the asker.")
    unassigned = fields.Flag(required=False, help_text="Of teams' mailboxes: given to nobody.")
    assigned = fields.Flag(required=False, help_text="Of teams' mailboxes: given to somebody.")
    linked = fields.Flag(required=False)
    open_deal = fields.Flag(required=False)
    from_contact = fields.Flag(required=False)
    has_attachment = fields.Flag(required=False)
    awaiting = fields.Choice(required=False, choices=["me", "them"])
    tracked = fields.Flag(required=False)


class MailViewShape(shapes.Shape):
    id = fields.Id(source="uid")
    name = fields.Text()
    owner = fields.Id(source="owner.uid")
    shared = fields.Flag(source="is_shared")
    filter = KeptShape()
    position = fields.Number()
    created_at = fields.Moment()

    def to_representation(self, instance: View) -> Any:
        shown = {
            "uid": instance.uid,
            "name": instance.name,
            "owner": instance.owner,
            "is_shared": instance.is_shared,
            "filter": _told(instance.filter),
            "position": instance.position,
            "created_at": instance.created_at,
        }
        return super().to_representation(shown)


class ChangedMailViewShape(shapes.Shape):
    """What a view may become; only its owner changes it."""

    name = fields.Text(max_length=60, required=False)
    filter = KeptShape(required=False)
    shared = fields.Flag(source="is_shared", required=False)


class NewMailViewShape(ChangedMailViewShape):
    """A view of one's own."""

    name = fields.Text(max_length=60)
    filter = KeptShape()


class MailViews(Saved):
    """Lists of threads that somebody saved; `threads/?mail_view=` lists what one keeps."""

    read_scope = "mail:read"
    write_scope = "mail:write"
    serializer_class = MailViewShape
    ordering = ("position", "id")

    def rows(self) -> QuerySet[View]:
        return refs.views(self.member)

    @extend_schema(summary="List views of mail")
    def list(self, request: Request) -> Response:
        """One's own and those that are shared; one of a mailbox that one has not is left out."""
        return self.page(self.rows())

    @extend_schema(
        summary="Save a view of mail",
        request=NewMailViewShape,
        responses={201: MailViewShape},
        examples=[EXAMPLE],
    )
    def create(self, request: Request) -> Response:
        """A view of one's own, seen by all where it is `shared`."""
        asked = {"is_shared": False} | self._read(NewMailViewShape)
        return self._saved({"kind": views.KIND, "columns": [], "sort": ""} | asked)

    @extend_schema(summary="Read a view of mail")
    def retrieve(self, request: Request, id: str) -> Response:
        """One view by its id."""
        return self.shown(self.get_object())

    @extend_schema(
        summary="Change a view of mail", request=ChangedMailViewShape, responses=MailViewShape
    )
    def partial_update(self, request: Request, id: str) -> Response:
        """Another name, other conditions instead of all it had, or who sees it."""
        view, asked = self._own(), self._read(ChangedMailViewShape, partial=True)
        return self._changed(view, asked)

    @extend_schema(summary="Delete a view of mail", responses={204: None})
    def destroy(self, request: Request, id: str) -> Response:
        """Forget a view of one's own; the threads it showed stay."""
        return self._deleted()

    def _read(self, shape: type[shapes.Shape], *, partial: bool = False) -> dict[str, Any]:
        asked = self.read(shape, partial=partial)
        if asked.get("is_shared"):
            permissions.require(self.member, "views.share")
        if "filter" in asked:
            asked["filter"] = _kept(asked["filter"])
        return asked


def asked(member: Membership, view: View) -> dict[str, Any]:
    """What a view asks of a list, as `Narrowing` reads it; raises Http404 for what is gone."""
    found = _told(view.filter)
    for name, rows in (
        ("mailbox", access.mailboxes(member)),
        ("mail_label", refs.known_labels(member)),
    ):
        if name in found:
            found[name] = rows.filter(uid=found[name]).first()
            if found[name] is None:
                raise Http404
    if found.pop("mine", False):
        found["assignee"] = member
    return found


def _kept(asked: Mapping[str, Any]) -> dict[str, str]:
    """Conditions as an address of a page says them, which is what a view keeps."""
    said = {"in": str(asked.get("role", "inbox"))}
    for name, value in asked.items():
        if isinstance(value, Mailbox | MailLabel):
            said["mailbox" if name == "mailbox" else "label"] = str(value.uid)
        elif (name, value) in WORDS:
            word, told = WORDS[name, value]
            said[word] = told
    return said


def _told(kept: Mapping[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {"role": kept.get("in", "inbox")}
    for word, value in kept.items():
        if word in ("mailbox", "label"):
            found["mailbox" if word == "mailbox" else "mail_label"] = value
        elif (word, value) in READ:
            name, told = READ[word, value]
            found[name] = told
    return found
