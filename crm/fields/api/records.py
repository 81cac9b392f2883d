"""A kind of record for programs: lists with filters, changes that overwrite nobody, trash, bulk."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, ClassVar, cast

from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.decorators import action
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from crm.fields import actions, filters, queries
from crm.fields.api import deriving, telling
from crm.fields.api.asked import RecordQuery
from crm.fields.models import Record, View
from crm.fields.queries import beside, ordering
from crm.ui.rest import fields as shaped
from crm.ui.rest import shapes
from crm.ui.rest.refusals import Conflict
from crm.ui.rest.resources import Resource
from crm.workspaces import permissions


class Records(Resource):
    """What the resources of all kinds of record share.

    A kind says its model, its scopes, the words `one` and `many`, the shapes of an answer
    (`serializer_class`) and of a new record (`new_shape`), and how it is made and changed
    (`make`, `alter`). The other shapes and what OpenAPI says follow from these.
    """

    model: ClassVar[type[Record]]
    one: ClassVar[str]
    many: ClassVar[str]
    new_shape: ClassVar[type[shapes.Shape]]
    changed_shape: ClassVar[type[shapes.Shape]]
    bulk_shape: ClassVar[type[shapes.Shape]]
    done_shape: ClassVar[type[shapes.Shape]]
    list_query = RecordQuery
    # Parameters of the list that are columns as they stand
    narrowed_by: ClassVar[Sequence[str]] = ()
    # What OpenAPI says of single operations, where the common words say too little
    notes: ClassVar[Mapping[str, str]] = {}
    examples: ClassVar[Sequence[Any]] = ()
    versioned = True

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if not hasattr(cls, "new_shape"):
            return
        new, answer = cls.new_shape, cast(type[shapes.Shape], cls.serializer_class)
        cls.changed_shape = deriving.changed(new)
        cls.bulk_shape = deriving.bulk(cls.model, new, cls.changed_shape)
        cls.done_shape = deriving.done(new, answer)
        telling.tell(cls)

    @property
    def right(self) -> str:
        """What the rights are called: `people.change`, `people.delete`."""
        return self.model.MANY

    def list(self, request: Request) -> Response:
        rows = self.rows()
        for name in self.narrowed_by:
            if self.asked.get(name):
                rows = rows.filter(**{name: self.asked[name]})
        return self.listed(rows)

    def create(self, request: Request) -> Response:
        return self.made(request)

    def retrieve(self, request: Request, id: str) -> Response:
        return self.shown(self.get_object())

    def partial_update(self, request: Request, id: str) -> Response:
        return self.changed(request)

    def destroy(self, request: Request, id: str) -> Response:
        return self.trashed(request)

    @action(detail=True, methods=["post"])
    def restore(self, request: Request, id: str) -> Response:
        self.read(shapes.Nothing)
        return self.restored(request)

    @action(detail=False, methods=["post"])
    def bulk(self, request: Request) -> Response:
        return self.bulked(request)

    def rows(self) -> QuerySet[Any]:
        trashed = self.asked.get("trashed", False) if self.action == "list" else False
        rows = self.model.objects.trashed_for if trashed else self.model.objects.visible_to
        return self.loaded(rows(self.member))

    def loaded(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """With what an answer tells of each row."""
        return rows.select_related("owner")

    def listed(self, rows: QuerySet[Any]) -> Response:
        """The rows of the parameters, a page of them."""
        asked = self.asked
        if asked.get("q"):
            rows = queries.matching(rows, asked["q"], self.member)
        if asked.get("owner"):
            rows = rows.filter(owner=asked["owner"])
        if asked.get("filter"):
            rows = rows.filter(self._compiled(asked["filter"]))
        sort = asked.get("sort", "")
        if asked.get("view"):
            rows = self._viewed(rows, asked["view"])
            sort = sort or self._kept_order(asked["view"])
        if sort:
            rows = self._ordered(rows, sort)
        if "updated_since" in asked:
            rows = rows.filter(updated_at__gte=asked["updated_since"])
            self.ordering = ("updated_at", "id")
        return self.page(rows)

    def _compiled(self, tree: Any, name: str = "filter") -> Any:
        try:
            known = queries.asked_by(self.member, self.model, timezone.now())
            return filters.compile(tree, known)
        except filters.BadFilter as error:
            raise ValidationError({name: [str(error)]}, code="invalid") from error

    def _viewed(self, rows: QuerySet[Any], view: View) -> QuerySet[Any]:
        """The rows of a saved view."""
        if view.kind != self.model.kind():
            text = _("This view is of another list.")
            raise ValidationError({"view": [text]}, code="invalid")
        return rows.filter(self._compiled(view.filter, "view"))

    def _kept_order(self, view: View) -> str:
        """The order of a view, or nothing where it can be no more."""
        fact = queries.facts_of(self.model).get(view.sort.removeprefix("-"))
        return view.sort if fact is not None and fact.is_sorted else ""

    def _ordered(self, rows: QuerySet[Any], sort: str) -> QuerySet[Any]:
        """In the order of a fact, by its name or with a minus before it."""
        sign, name = ("-", sort[1:]) if sort.startswith("-") else ("", sort)
        fact = queries.facts_of(self.model).get(name)
        if fact is None or not fact.is_sorted:
            text = _("Rows cannot be put in the order of “%(name)s”.") % {"name": name}
            raise ValidationError({"sort": [text]}, code="invalid")
        if fact.order in ordering.INDEXED:
            self.ordering = (f"{sign}{fact.order}", f"{sign}id")
            return rows
        # The cursor is signed for this name, so that it fits no other order
        place = f"by_{fact.name}"
        self.ordering = (f"{sign}{place}", f"{sign}id")
        return rows.annotate(**{place: ordering.place(fact, self.member)})

    def get_serializer(self, *args: Any, **kwargs: Any) -> Any:
        serializer = super().get_serializer(*args, **kwargs)
        chosen = self.asked.get("fields") if hasattr(self, "asked") else None
        if chosen:
            self._choose(getattr(serializer, "child", serializer), chosen)
        return serializer

    def _choose(self, serializer: Any, chosen: str) -> None:
        wanted = {name.strip() for name in chosen.split(",")} - {""}
        unknown = sorted(wanted - set(serializer.fields))
        if unknown:
            text = _("There is no field “%(name)s” here.") % {"name": unknown[0]}
            raise ValidationError({"fields": [text]}, code="unknown")
        for name in set(serializer.fields) - wanted - {"id"}:
            serializer.fields.pop(name)

    def shown(self, row: Any, code: int = 200, **headers: str) -> Response:
        return super().shown(row, code, **headers, ETag=f'"{row.version}"')

    def made(self, request: Request) -> Response:
        """Make one record of the body."""
        permissions.require(self.member, f"{self.right}.change")
        asked = self.read(self.new_shape)
        row = told(lambda: self._make(asked))
        return self.shown(self.written([row.pk])[row.pk], 201)

    def changed(self, request: Request) -> Response:
        """Change one record by the body."""
        permissions.require(self.member, f"{self.right}.change")
        record = self.get_object()
        asked = self.read(self.changed_shape, partial=True)
        version = self.seen_version()
        told(lambda: self.alter(record, self._kept(record, asked), version))
        return self.shown(self.written([record.pk])[record.pk])

    def trashed(self, request: Request) -> Response:
        """Put one record into the trash."""
        permissions.require(self.member, f"{self.right}.delete")
        actions.trash([self.get_object()], by=self.member, at=timezone.now())
        return Response(status=204)

    def restored(self, request: Request) -> Response:
        """Take one record out of the trash."""
        permissions.require(self.member, f"{self.right}.delete")
        uid = shaped.as_uid(str(self.kwargs["id"]))
        rows = self.model.objects.seen_by(self.member)
        record = rows.filter(uid=uid).first() if uid else None
        if record is None:
            raise Http404
        count = actions.restore([record], by=self.member, at=timezone.now())
        if record.is_trashed and not count:
            raise Conflict(_("This became a part of another one: undo that merge instead."))
        return self.shown(self.rows().get(pk=record.pk))

    def bulked(self, request: Request) -> Response:
        """Make, change and trash up to 200 records: all of it, or nothing."""
        permissions.require(self.member, f"{self.right}.change")
        asked = self.read(self.bulk_shape)
        gone: list[Record] = asked["delete"]
        if gone:
            permissions.require(self.member, f"{self.right}.delete")
            actions.trash(gone, by=self.member, at=timezone.now())
        changes = [(item.pop("id"), item) for item in asked["update"]]
        if {record.pk for record, _item in changes} & {record.pk for record in gone}:
            text = _("A record cannot be changed and deleted at once.")
            raise ValidationError({"update": [text]})
        told(lambda: [self.alter(row, self._kept(row, item), None) for row, item in changes])
        made = told(lambda: [self._make(item) for item in asked["create"]])
        return Response(
            {
                "created": self._again(row.pk for row in made),
                "updated": self._again(record.pk for record, _item in changes),
                "deleted": [str(record.uid) for record in gone],
            }
        )

    def _kept(self, record: Any, asked: Mapping[str, Any]) -> dict[str, Any]:
        """What was asked for, but for null where null was told of somebody hidden: he stays."""
        hidden = {
            name
            for name in beside.near(self.model)
            if name in asked and asked[name] is None and getattr(record, f"{name}_id")
            if not queries.sees(self.member, getattr(record, name))
        }
        return {name: value for name, value in asked.items() if name not in hidden}

    def _again(self, pks: Iterable[int]) -> Any:
        wanted = list(pks)
        rows = self.written(wanted)
        return self.get_serializer([rows[pk] for pk in wanted], many=True).data

    def written(self, pks: Sequence[int]) -> Mapping[int, Any]:
        """What the member just wrote, by id: even if it is open to somebody else alone now."""
        found: Mapping[int, Any] = self.loaded(self.model.objects.all()).in_bulk(list(pks))
        return found

    def _make(self, asked: Mapping[str, Any]) -> Record:
        actions.refuse_lacking(self.model, asked.get("custom", {}))
        return self.make(asked)

    def make(self, asked: Mapping[str, Any]) -> Record:
        """One new record of what was read; each kind says how."""
        raise Http404

    def alter(self, record: Any, asked: Mapping[str, Any], version: int | None) -> Record:
        """Change a record by what was read; each kind says how."""
        raise Http404


def told(run: Callable[[], Any]) -> Any:
    """Do it; what somebody else changed meanwhile is a conflict that names it."""
    try:
        return run()
    except actions.Lacking as error:
        missing = [ErrorDetail(_("This must be filled."), code="required")]
        told_of = {fact.name: missing for fact in error.facts}
        raise ValidationError({"custom": told_of}) from error
    except actions.Outdated as error:
        names = ", ".join(sorted(error.conflicts))
        text = _("Somebody changed this since you read it: %(names)s. Read it again.")
        raise Conflict(text % {"names": names}) from error
