"""Notes for programs."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from crm.timeline import wording
from crm.timeline.actions import notes as actions
from crm.timeline.api import about
from crm.timeline.api.resources import Linked
from crm.timeline.models import Note
from crm.ui import spelling
from crm.ui.rest import fields, shapes
from crm.ui.rest.bulk import Bulk
from crm.workspaces import permissions

EXAMPLE = OpenApiExample(
    "A note",
    request_only=True,
    value={
        "html": "<p>Raj wants the loggers on the dock doors. <b>Two failed audits.</b></p>",
        "deals": ["01941f29-7c00-7a3c-9b1e-0f5d8c2b6a47"],
    },
)


class NoteShape(shapes.Shape):
    id = fields.Id(source="uid")
    html = fields.Text()
    text = fields.Text(help_text="Its words without formatting.")
    pinned = fields.Flag(source="is_pinned")
    author = fields.Id(source="created_by.uid", allow_null=True, default=None)
    about = about.About()
    version = fields.Number(help_text="Counts the texts it has had.")
    created_at = fields.Moment()
    updated_at = fields.Moment()


class _New(shapes.Shape):
    """A note to write; it is about at least one record."""

    html = fields.Text(
        max_length=wording.LONGEST,
        help_text="Paragraphs, lists, links, bold and its like; @ and a name tells a colleague.",
    )
    pinned = fields.Flag(required=False)


class ChangedNoteShape(shapes.Shape):
    html = fields.Text(max_length=wording.LONGEST, required=False)
    pinned = fields.Flag(required=False)


class _Query(shapes.PageQuery):
    """What a list of notes may be asked."""

    q = fields.Text(required=False, allow_blank=True, max_length=200, help_text="Words in it.")
    updated_since = fields.Moment(
        required=False, help_text="Written or changed at that time or later, oldest first."
    )


NewNoteShape: Any = about.linking(_New, "NewNoteShape")
NoteQuery: Any = about.asking(_Query, "NoteQuery")


class Notes(Bulk, Linked):
    """What was written about records."""

    many = "notes"
    new_shape, changed_shape = NewNoteShape, ChangedNoteShape

    serializer_class = NoteShape
    list_query = NoteQuery

    def rows(self) -> QuerySet[Note]:
        rows: QuerySet[Note] = Note.objects.visible_to(self.member)
        return rows.select_related("created_by").prefetch_related("about")

    @extend_schema(summary="List notes")
    def list(self, request: Request) -> Response:
        """Last written first; with `updated_since` in the order of their changes."""
        rows = about.narrowed(self.rows(), self.asked)
        for word in spelling.words(self.asked.get("q", "")):
            rows = rows.filter(search__contains=word)
        if "updated_since" in self.asked:
            rows = rows.filter(updated_at__gte=self.asked["updated_since"])
            self.ordering = ("updated_at", "id")
        return self.page(rows)

    @extend_schema(
        summary="Write a note",
        request=NewNoteShape,
        responses={201: NoteShape},
        examples=[EXAMPLE],
    )
    def create(self, request: Request) -> Response:
        """A new note about the records that are named."""
        note = self.make(self.read(NewNoteShape))
        return self.shown(self.rows().get(pk=note.pk), 201)

    @extend_schema(summary="Read a note")
    def retrieve(self, request: Request, id: str) -> Response:
        """One note by its id."""
        return self.shown(self.get_object())

    @extend_schema(summary="Change a note", request=ChangedNoteShape, responses=NoteShape)
    def partial_update(self, request: Request, id: str) -> Response:
        """Another text, the one before is kept; pin it or not."""
        row = self.alter(self.get_object(), self.read(ChangedNoteShape, partial=True))
        return self.shown(self.rows().get(pk=row.pk))

    @extend_schema(summary="Delete a note", responses={204: None})
    def destroy(self, request: Request, id: str) -> Response:
        """Take it away; in the app it can be brought back for thirty days."""
        self.remove(self.get_object())
        return Response(status=204)

    def make(self, asked: dict[str, Any]) -> Note:
        permissions.require(self.member, "notes.change")
        records = about.taken(asked)
        if not records:
            raise ValidationError({"deals": [_("Name a record that it is about.")]})
        at = timezone.now()
        try:
            note = actions.write_note(html=asked["html"], about=records, by=self.member, at=at)
        except wording.Unfit as error:
            raise ValidationError({"html": [_("Write something first.")]}) from error
        if asked.get("pinned"):
            actions.pin(note=note, on=True, by=self.member, at=at)
        return note

    def alter(self, row: Note, asked: dict[str, Any]) -> Note:
        permissions.require(self.member, "notes.change")
        at = timezone.now()
        try:
            if "html" in asked:
                actions.change_note(note=row, html=asked["html"], by=self.member, at=at)
        except wording.Unfit as error:
            raise ValidationError({"html": [_("Write something first.")]}) from error
        if "pinned" in asked:
            actions.pin(note=row, on=asked["pinned"], by=self.member, at=at)
        return row

    def remove(self, row: Note) -> None:
        permissions.require(self.member, "notes.change")
        actions.remove_note(note=row, by=self.member, at=timezone.now())

    def around(self, rows: Sequence[Any]) -> dict[str, Any]:
        return {**super().around(rows), "about": about.seen(self.member, rows)}
