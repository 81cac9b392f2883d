"""Activities for programs."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from crm.timeline.actions import activities as actions
from crm.timeline.actions import doing, due
from crm.timeline.actions.preparing import prepare_types
from crm.timeline.api import about, shapes
from crm.timeline.api.resources import Linked
from crm.timeline.models import Activity
from crm.timeline.queries.linked import hidden_links
from crm.ui import spelling
from crm.ui.rest import fields
from crm.ui.rest.refusals import Conflict
from crm.workspaces import permissions

EXAMPLE = OpenApiExample(
    "A call",
    request_only=True,
    value={
        "subject": "Call Owen: installation dates",
        "due_at": "2026-11-24T10:00:00Z",
        "minutes": 30,
        "remind_before": 10,
        "deals": ["01941f29-7c00-7a3c-9b1e-0f5d8c2b6a47"],
    },
)


class Activities(Linked):
    """Calls, meetings, tasks: to be done by somebody, or done."""

    serializer_class = shapes.ActivityShape
    list_query = shapes.ActivityQuery
    versioned = True

    def rows(self) -> QuerySet[Activity]:
        return _loaded(Activity.objects.visible_to(self.member))

    @extend_schema(summary="List activities")
    def list(self, request: Request) -> Response:
        """Last made first; with `updated_since` in the order of their changes."""
        asked, rows = self.asked, about.narrowed(self.rows(), self.asked)
        if "done" in asked:
            rows = rows.filter(done_at__isnull=not asked["done"])
        for name in ("assignee", "type"):
            if asked.get(name) is not None:
                rows = rows.filter(**{name: asked[name]})
        if "due_since" in asked:
            rows = rows.filter(falls_at__gte=asked["due_since"])
        if "due_until" in asked:
            rows = rows.filter(falls_at__lt=asked["due_until"])
        for word in spelling.words(asked.get("q", "")):
            rows = rows.filter(search__contains=word)
        if "updated_since" in asked:
            rows = rows.filter(updated_at__gte=asked["updated_since"])
            self.ordering = ("updated_at", "id")
        return self.page(rows)

    @extend_schema(
        summary="Plan an activity",
        request=shapes.NewActivityShape,
        responses={201: shapes.ActivityShape},
        examples=[EXAMPLE],
    )
    def create(self, request: Request) -> Response:
        """A new activity, to be done by whoever asks unless told otherwise."""
        permissions.require(self.member, "activities.change")
        made = self._make(self.read(shapes.NewActivityShape))
        return self.shown(self.rows().get(pk=made.pk), 201)

    @extend_schema(summary="Read an activity")
    def retrieve(self, request: Request, id: str) -> Response:
        """One activity by its id."""
        return self.shown(self.get_object())

    @extend_schema(
        summary="Change an activity",
        request=shapes.NewActivityShape,
        responses=shapes.ActivityShape,
    )
    def partial_update(self, request: Request, id: str) -> Response:
        """Change what is named; `done` finishes it or opens it again."""
        permissions.require(self.member, "activities.change")
        row = self.get_object()
        asked = self.read(shapes.NewActivityShape, partial=True)
        self._alter(row, asked, self.seen_version())
        # Also where whoever gave it away does not see it any more
        return self.shown(_loaded(Activity.objects.filter(pk=row.pk)).get())

    @extend_schema(summary="Delete an activity", responses={204: None})
    def destroy(self, request: Request, id: str) -> Response:
        """Take it away; in the app it can be brought back for thirty days."""
        permissions.require(self.member, "activities.change")
        doing.remove(activity=self.get_object(), by=self.member, at=timezone.now())
        return Response(status=204)

    @extend_schema(
        summary="Change many activities at once",
        request=shapes.BulkShape,
        responses={200: shapes.DoneShape},
    )
    @action(detail=False, methods=["post"])
    def bulk(self, request: Request) -> Response:
        """Make, change and delete up to 200: all of it, or nothing."""
        permissions.require(self.member, "activities.change")
        asked = self.read(shapes.BulkShape)
        gone = [self._row(uid) for uid in asked["delete"]]
        for row in gone:
            doing.remove(activity=row, by=self.member, at=timezone.now())
        updated = [self._alter(self._row(item.pop("id")), item, None) for item in asked["update"]]
        created = [self._make(item) for item in asked["create"]]
        return Response(
            {
                "created": self._again(created),
                "updated": self._again(updated),
                "deleted": [str(row.uid) for row in gone],
            }
        )

    def _row(self, uid: str) -> Activity:
        wanted = fields.as_uid(uid)
        row = self.rows().filter(uid=wanted).first() if wanted else None
        if row is None:
            raise Http404
        return row

    def _again(self, rows: Any) -> Any:
        found = _loaded(Activity.objects.all()).in_bulk([row.pk for row in rows])
        return self._told([found[row.pk] for row in rows], many=True)

    def _make(self, asked: dict[str, Any]) -> Activity:
        records = about.taken(asked) or []
        values = {key: each for key, each in _columns(asked).items() if each is not None}
        values.setdefault("type", prepare_types()[0])
        if asked.get("done"):
            values["is_done"] = True
        if "assignee" in asked:
            values["assignee"] = asked["assignee"]
        return actions.create_activity(
            values=values, due=_due(asked), about=records, by=self.member, at=timezone.now()
        )

    def _alter(self, row: Activity, asked: dict[str, Any], version: int | None) -> Activity:
        at, records = timezone.now(), about.taken(asked)
        shown = about.seen(self.member, [row]).get(row.pk, [])
        try:
            changed = actions.change_activity(
                activity=row,
                values=_columns(asked),
                due=_due(asked) if {"due_on", "due_at"} & set(asked) else None,
                about=records,
                hidden=hidden_links(row, shown),
                by=self.member,
                at=at,
                version=version,
            )
        except actions.Outdated as error:
            raise Conflict(_("Somebody changed this since you read it. Read it again.")) from error
        if "done" in asked:
            turn = doing.finish if asked["done"] else doing.reopen
            changed = turn(activity=changed, by=self.member, at=at)
        return changed


def _loaded(rows: QuerySet[Activity]) -> QuerySet[Activity]:
    return rows.select_related("type", "assignee").prefetch_related("about")


def _columns(asked: Mapping[str, Any]) -> dict[str, Any]:
    names = ("type", "subject", "minutes", "note", "assignee", "remind_before")
    return {name: asked[name] for name in names if name in asked}


def _due(asked: Mapping[str, Any]) -> due.Due:
    return due.Due(on=asked.get("due_on"), at=asked.get("due_at"))
