"""One thing done to many threads, for programs: begun, watched, taken back."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from crm.fields.models import kinds
from crm.timeline.api import about
from crm.ui.rest import counted, fields, shapes
from crm.ui.rest.refusals import Absent, Conflict
from crm.ui.rest.resources import Resource
from inbox import tasks
from inbox.actions import doing, snoozing, sweeping, triage
from inbox.api import narrowing, refs
from inbox.models import Sweep, Thread
from inbox.queries import lists, reading

ARCHIVED = OpenApiExample(
    "Archive what was read",
    request_only=True,
    value={"verb": "archive", "filter": {"role": "inbox", "unread": False}},
)
LINKED = OpenApiExample(
    "Link two threads",
    request_only=True,
    value={
        "verb": "link",
        "threads": [
            "01941f29-7c00-7a3c-9b1e-0f5d8c2b6a47",
            "01941f29-7c00-7a3c-9b1e-0f5d8c2b6a48",
        ],
        "deal": "01941f29-7c00-7a3c-9b1e-0f5d8c2b6a49",
    },
)


class SweepShape(shapes.Shape):
    id = fields.Id(source="uid")
    verb = fields.Choice(choices=sorted(doing.VERBS))
    state = fields.Choice(choices=Sweep.State.choices)
    total = fields.Number(help_text="How many threads are meant.")
    done = fields.Number(help_text="Of how many it is done, or not yet taken back.")
    created_at = fields.Moment()
    finished_at = fields.Moment(allow_null=True)


ThreadFilter: Any = about.asking(narrowing.Narrowing, "ThreadFilter")


class _NewSweepShape(shapes.Shape):
    """What is to be done, to these `threads` or to all that fit the `filter`."""

    verb = fields.Choice(choices=sorted(doing.VERBS))
    threads = counted.Few(
        child=fields.Id(),
        required=False,
        min_length=1,
        max_length=triage.MOST,
        help_text="Threads of mailboxes that one works in; 404 where one of them is not.",
    )
    filter = ThreadFilter(required=False, help_text="As the parameters of the list of threads.")
    until = fields.Moment(required=False, help_text="For `snooze`: when they come back.")
    unless_answered = fields.Flag(required=False, help_text="For `snooze`, as of a thread.")
    mail_label = refs.label(required=False, help_text="For `label` and `unlabel`.")
    member = fields.Colleague(
        required=False,
        allow_null=True,
        help_text="For `assign`: who works in the team's mailbox; null for nobody.",
    )


NewSweepShape: Any = about.each(_NewSweepShape, "NewSweepShape", "For `link`: a {word}.")


class Sweeps(Resource):
    """Things done to many threads at once, in the mailboxes one works in; one's own."""

    read_scope = "mail:read"
    write_scope = "mail:write"
    serializer_class = SweepShape

    def rows(self) -> QuerySet[Sweep]:
        found: QuerySet[Sweep] = Sweep.objects.filter(by=self.member)
        return found

    @extend_schema(summary="List sweeps")
    def list(self, request: Request) -> Response:
        """What one began in the last week, newest first."""
        return self.page(self.rows())

    @extend_schema(
        summary="Begin a sweep",
        request=NewSweepShape,
        responses={202: SweepShape},
        examples=[ARCHIVED, LINKED],
    )
    def create(self, request: Request) -> Response:
        """Do one thing to many threads. A hundred are done at once, more go on in the background:
        ask for the sweep until its `state` is `done`. A filter means one's own mailboxes. 409 where
        five of one's own go on in the background: wait until one of them is over.
        """
        asked = self.read(NewSweepShape)
        verb, meant = asked["verb"], self._meant(asked)
        said = _said(verb, asked)
        now = timezone.now()
        with _refusing():
            made = tasks.begin(verb=verb, said=said, meant=meant, by=self.member, at=now)
        return self.shown(made, 202)

    def _meant(self, asked: dict[str, Any]) -> lists.Filter | Sequence[Thread]:
        if ("threads" in asked) == ("filter" in asked):
            text = _("Name either threads or a filter.")
            raise ValidationError({"threads": [text]}, code="required")
        if "filter" in asked:
            return narrowing.narrowed(asked["filter"])
        uids = {fields.as_uid(text) for text in asked["threads"]}
        found = reading.meant([uid for uid in uids if uid is not None])
        if len(sweeping.own(found, self.member)) < len(uids):
            raise Absent
        return found

    @extend_schema(summary="Read a sweep")
    def retrieve(self, request: Request, id: str) -> Response:
        """How far it is."""
        return self.shown(self.get_object())

    @extend_schema(summary="Undo a sweep", request=None, responses={202: SweepShape})
    @action(detail=True, methods=["post"])
    def undo(self, request: Request, id: str) -> Response:
        """Make all it changed what it was, where nobody moved it since; 409 where that is done, or
        where five of one's own go on in the background.
        """
        self.read(shapes.Nothing)
        row = self.get_object()
        with _refusing():
            if not tasks.take_back(row, at=timezone.now()):
                raise Conflict(_("It is taken back already, or about to be."))
        return self.shown(row, 202)


@contextmanager
def _refusing() -> Iterator[None]:
    """Raises Conflict where too many are under way."""
    try:
        yield
    except sweeping.TooMany as error:
        raise Conflict(str(error)) from error


def _said(verb: str, asked: dict[str, Any]) -> dict[str, Any]:
    """What the verb needs; raises ValidationError where it is missing."""
    if verb == "snooze":
        until, now = asked.get("until"), timezone.now()
        if until is None or not now < until < now + snoozing.FARTHEST:
            text = _("This time is over, or too far away.")
            raise ValidationError({"until": [text]}, code="required")
        return {
            "until": until.isoformat(),
            "unless_answered": asked.get("unless_answered", False),
        }
    if verb in ("label", "unlabel"):
        if "mail_label" not in asked:
            raise ValidationError({"mail_label": [_("Name a label.")]}, code="required")
        return {"label": str(asked["mail_label"].uid)}
    if verb == "assign":
        if "member" not in asked:
            raise ValidationError({"member": [_("Name a member, or null.")]}, code="required")
        return {"member": str(asked["member"].uid) if asked["member"] is not None else ""}
    if verb == "link":
        found = [(word, asked[word]) for word in kinds() if asked.get(word) is not None]
        if len(found) != 1:
            raise ValidationError({"deal": [_("Name one record.")]}, code="required")
        return {"record": f"{found[0][0]}:{found[0][1].uid}"}
    return {}
