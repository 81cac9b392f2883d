"""Linking, splitting and merging threads, for programs."""

from collections.abc import Callable
from typing import Any

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from crm.fields.models import kinds
from crm.ui.rest import fields
from crm.ui.rest.refusals import Conflict
from crm.ui.rest.resources import Resource
from inbox.actions import choosing, joining, parting
from inbox.api import joined, links
from inbox.models import Thread, ThreadMerge
from inbox.queries import reading


class Joining(Resource):
    """What a thread belongs to, and which messages belong to it."""

    def _find(self, id: str) -> reading.Found:
        """The thread of an address, as far as the member may read it."""
        uid = fields.as_uid(id)
        try:
            if uid is not None:
                return reading.find(self.member, uid)
        except Thread.DoesNotExist:
            uid = None
        raise Http404

    def _require_own(self, found: reading.Found) -> None:
        """Raises PermissionDenied where it lies in no mailbox that the member works in."""
        if not found.own_entries:
            raise PermissionDenied(_("You may read this thread, but it is in no mailbox of yours."))

    @extend_schema(summary="Links of a thread", responses=joined.LinksShape)
    @action(detail=True, methods=["get"])
    def links(self, request: Request, id: str) -> Response:
        """The records it is linked to, as far as visibility shows them, each with the reason."""
        return self._links(self._find(id))

    @extend_schema(
        summary="Link a thread",
        request=joined.LinkingShape,
        responses=joined.LinksShape,
        examples=[joined.DEAL],
    )
    @links.mapping.post
    def link(self, request: Request, id: str) -> Response:
        """Link it, or one message of it, to records by hand; 403 where it is in no own mailbox."""
        found, asked = self._find(id), self.read(joined.LinkingShape)
        self._require_own(found)
        message = asked.pop("message", None)
        if message is not None and message.thread_id != found.thread.pk:
            raise ValidationError({"message": [_("It is in another thread.")]}, code="invalid")
        for record in _records(asked):
            choosing.link(
                thread=found.thread,
                record=record,
                by=self.member,
                at=timezone.now(),
                messages=[message] if message is not None else [],
            )
        return self._links(found)

    @extend_schema(
        summary="Unlink a thread",
        request=joined.NamedShape,
        responses=joined.LinksShape,
        examples=[joined.DEAL],
    )
    @action(detail=True, methods=["post"])
    def unlink(self, request: Request, id: str) -> Response:
        """Take links back; they never make themselves again."""
        return self._each(id, choosing.unlink)

    @extend_schema(
        summary="Restore links",
        request=joined.NamedShape,
        responses=joined.LinksShape,
        examples=[joined.DEAL],
    )
    @action(detail=True, methods=["post"])
    def relink(self, request: Request, id: str) -> Response:
        """Bring links back as they were before they were taken back."""
        return self._each(id, choosing.restore)

    @extend_schema(summary="Split a thread", request=joined.SplitShape, examples=[joined.MESSAGE])
    @action(detail=True, methods=["post"])
    def split(self, request: Request, id: str) -> Response:
        """A message and all after it become another thread, which is answered.

        No later mail joins the two again. 409 for the first message.
        """
        found, asked = self._find(id), self.read(joined.SplitShape)
        self._require_own(found)
        if asked["message"].thread_id != found.thread.pk:
            raise ValidationError({"message": [_("It is in another thread.")]}, code="invalid")
        try:
            made = parting.split(message=asked["message"], by=self.member, at=timezone.now())
        except parting.NothingLeft as error:
            raise Conflict(_("The conversation begins with this message.")) from error
        return self.retrieve(request, str(made.uid))

    @extend_schema(summary="Merge two threads", request=joined.MergeShape, examples=[joined.OTHER])
    @action(detail=True, methods=["post"])
    def merge(self, request: Request, id: str) -> Response:
        """Another thread becomes a part of this one; its id leads here from then on."""
        found, asked = self._find(id), self.read(joined.MergeShape)
        self._require_own(found)
        try:
            joining.merge(
                into=found.thread, other=asked["thread"], by=self.member, at=timezone.now()
            )
        except joining.NotApart as error:
            raise Conflict(_("They are one conversation already.")) from error
        return self.retrieve(request, id)

    @extend_schema(summary="Undo a merge", request=joined.UnmergeShape, examples=[joined.OTHER])
    @action(detail=True, methods=["post"])
    def unmerge(self, request: Request, id: str) -> Response:
        """Take a thread out again that became a part of this one by hand; it is answered."""
        found, asked = self._find(id), self.read(joined.UnmergeShape)
        self._require_own(found)
        self._find(asked["thread"])
        done = ThreadMerge.objects.filter(
            into=found.thread, other__uid=fields.as_uid(asked["thread"]), undone_at=None
        )
        try:
            row = done.latest("at")
            other = joining.unmerge(done=row, by=self.member, at=timezone.now())
        except (ThreadMerge.DoesNotExist, joining.NotApart) as error:
            raise Conflict(_("They cannot be taken apart any more.")) from error
        return self.retrieve(request, str(other.uid))

    def retrieve(self, request: Request, id: str) -> Response:
        """One thread; the resource says its shape."""
        raise Http404

    def _each(self, id: str, run: Callable[..., bool]) -> Response:
        found, asked = self._find(id), self.read(joined.NamedShape)
        self._require_own(found)
        for record in _records(asked):
            run(thread=found.thread, record=record, by=self.member, at=timezone.now())
        return self._links(found)

    def _links(self, found: reading.Found) -> Response:
        told = links.told(self.member, [found.thread.pk]).get(found.thread.pk, [])
        return Response(joined.LinksShape({"results": told}).data)


def _records(asked: dict[str, Any]) -> list[Any]:
    found = [asked[word] for word in kinds() if asked.get(word) is not None]
    if not found:
        raise ValidationError({"deal": [_("Name a record.")]}, code="required")
    return found
