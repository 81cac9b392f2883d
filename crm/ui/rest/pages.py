"""Lists come in pages that walk from row to row, so that new rows never shift what was read."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.core import signing
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import remove_query_param, replace_query_param

from crm.ui.rest.refusals import ABSENT
from crm.workspaces import tenancy


class KeysetPages(BasePagination):
    """`?limit=` up to 200; `next` and `previous` are whole addresses, or null at the ends.

    A view's `ordering` names columns or annotations without nulls, the last one unique, all in
    one direction.
    """

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        self.request = request
        limit, cursor = view.asked["limit"], view.asked.get("cursor")
        ordering = tuple(view.ordering)
        back, position = read_cursor(cursor, ordering) if cursor else (False, None)
        order = tuple(_turned(name) for name in ordering) if back else ordering
        queryset = queryset.order_by(*order)
        if position is not None:
            queryset = queryset.filter(_beyond(queryset, order, position))
        rows = list(queryset[: limit + 1])
        more, rows = len(rows) > limit, rows[:limit]
        if back:
            rows.reverse()
        self.next = self._link(rows[-1], ordering) if rows and (more or back) else None
        first = rows[0] if rows and (more if back else position is not None) else None
        self.previous = self._link(first, ordering, back=True) if first else None
        return rows

    def _link(self, row: Any, ordering: tuple[str, ...], *, back: bool = False) -> str:
        values = [_plain(getattr(row, name.lstrip("-"))) for name in ordering]
        return link(self.request, write_cursor([back, *values], ordering))

    def get_paginated_response(self, data: Any) -> Response:
        return Response({"results": data, "next": self.next, "previous": self.previous})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        address = {"type": "string", "format": "uri", "nullable": True}
        return {
            "type": "object",
            "required": ["results", "next", "previous"],
            "properties": {
                "results": schema,
                "next": {**address, "description": "The page after this one, or null."},
                "previous": {**address, "description": "The page before this one, or null."},
            },
        }


def link(request: Request, cursor: str | None) -> str:
    """The request's own address with another cursor, or from the beginning."""
    here = request.build_absolute_uri()
    if cursor is None:
        return remove_query_param(here, "cursor")
    return replace_query_param(here, "cursor", cursor)


def write_cursor(values: list[Any], ordering: tuple[str, ...]) -> str:
    """A cursor that only this workspace takes back, unchanged, and for this ordering."""
    return signing.dumps(values, salt=_salt(ordering), compress=True)


def read_cursor(cursor: str, ordering: tuple[str, ...]) -> tuple[bool, list[Any]]:
    """Whether to go back, and from which values; raises ValidationError, answered with 404."""
    try:
        values = signing.loads(cursor, salt=_salt(ordering))
    except (signing.BadSignature, ValueError) as error:
        text = _("This cursor is not one of ours: take it from `next` or `previous`.")
        raise ValidationError({"cursor": [text]}, code=ABSENT) from error
    return values[0], values[1:]


def _salt(ordering: tuple[str, ...]) -> str:
    return f"page:{tenancy.required()}:{','.join(ordering)}"


def _turned(name: str) -> str:
    return name[1:] if name.startswith("-") else f"-{name}"


def _plain(value: Any) -> Any:
    if isinstance(value, date | Decimal):
        return value.isoformat() if isinstance(value, date) else str(value)
    return value


def _column(queryset: QuerySet[Any], name: str) -> Any:
    """What reads a value of this name: a field, or what an annotation gives."""
    made = queryset.query.annotations.get(name)
    return made.output_field if made is not None else queryset.model._meta.get_field(name)


def _beyond(queryset: QuerySet[Any], order: tuple[str, ...], position: list[Any]) -> Q:
    names = [name.lstrip("-") for name in order]
    step = "lt" if order[0].startswith("-") else "gt"
    columns = [_column(queryset, name) for name in names]
    values = [column.to_python(v) for column, v in zip(columns, position, strict=True)]
    beyond = Q()
    for depth, (name, value) in enumerate(zip(names, values, strict=True)):
        equal = dict(zip(names[:depth], values[:depth], strict=True))
        beyond |= Q(**equal, **{f"{name}__{step}": value})
    return Q(**{f"{names[0]}__{step}e": values[0]}) & beyond
