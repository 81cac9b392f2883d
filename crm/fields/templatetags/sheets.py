"""Rows of a list and facts of a record, made once for the same values: `{% load sheets %}`."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django import template
from django.db.models import Model
from django.template import Context
from django.template.loader import get_template
from django.utils.safestring import SafeString, mark_safe

from crm.fields.facts import Fact
from crm.fields.models import Label, Record
from crm.fields.queries import Sheet
from crm.timeline.models import Activity
from crm.ui.templatetags import kept
from crm.workspaces.models import Membership

register = template.Library()
ROW, FACT = "crm/fields/row.html", "crm/fields/fact.html"


def told(value: Any) -> Hashable:
    """All that is ever shown of a value of a fact; equal values look the same."""
    if isinstance(value, Record):
        return value.kind(), value.uid, value.name, value.is_trashed
    if isinstance(value, Membership):
        return value.name, value.email
    if isinstance(value, Label):
        return value.name, value.hue
    if isinstance(value, Model):
        return tuple(told(getattr(value, each.attname)) for each in value._meta.concrete_fields)
    if isinstance(value, Mapping):
        return tuple((key, told(each)) for key, each in sorted(value.items()))
    if isinstance(value, list | tuple):
        return tuple([told(each) for each in value])
    # One and yes are equal, and so are 1 and 1.0; they do not look so
    return type(value).__name__, str(value)


def _planned(activity: Activity | None, at: datetime) -> Hashable:
    if activity is None:
        return None
    mark, icon = activity.due(at), activity.type.icon
    return mark, icon, activity.subject, activity.due_on, activity.due_at


@register.simple_tag(takes_context=True)
def record_rows(
    context: Context,
    rows: Iterable[Record],
    columns: Sequence[Fact],
    upcoming: Mapping[int, Activity] | None,
) -> SafeString:
    """The rows of a list with these columns, and what is next about each where that is asked."""
    sheet, slug = context["sheet"], context["request"].workspace.slug
    about = tuple((fact.name, fact.type, fact.custom) for fact in columns)
    return mark_safe(
        "".join([_row(context, row, columns, upcoming, (slug, *about), sheet) for row in rows])
    )


def _row(
    context: Context,
    record: Any,
    columns: Sequence[Fact],
    upcoming: Mapping[int, Activity] | None,
    around: tuple[Hashable, ...],
    sheet: Sheet,
) -> str:
    activity = upcoming.get(record.pk) if upcoming is not None else None
    values = [told(sheet.value(record, fact)) for fact in columns]

    def make() -> str:
        given = {"record": record, "columns": columns, "planned": activity}
        with context.push(**given):
            return _rendered(ROW, context)

    return kept.said(
        make,
        ROW,
        around,
        record.kind(),
        record.uid,
        record.name,
        # In which money its value is
        getattr(record, "currency", ""),
        tuple(values),
        upcoming is not None,
        _planned(activity, context["at"]),
    )


@register.simple_tag(takes_context=True)
def fact_lines(context: Context) -> SafeString:
    """What is known of the record of the page, line by line; what stands elsewhere is left out."""
    sheet, record = context["sheet"], context["record"]
    around = (context["request"].workspace.slug, context["may_change"], record.uid)
    lines = [
        _line(context, record, fact, around, sheet)
        for fact in sheet.facts.values()
        if not fact.aside
    ]
    return mark_safe("".join(lines))


def _line(
    context: Context, record: Any, fact: Fact, around: tuple[Hashable, ...], sheet: Sheet
) -> str:
    def make() -> str:
        with context.push(fact=fact):
            return _rendered(FACT, context)

    return kept.said(
        make,
        FACT,
        around,
        record.kind(),
        (fact.name, str(fact.label), fact.type, fact.custom, fact.editable, str(fact.prompt)),
        getattr(record, "currency", ""),
        told(sheet.value(record, fact)),
    )


def _rendered(part: str, context: Context) -> str:
    found: Any = get_template(part)
    return str(found.template.render(context))
