"""Tags for records: `{% load records %}`."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import lru_cache
from itertools import zip_longest
from typing import Any
from urllib.parse import urlencode

from babel import Locale
from babel.numbers import format_compact_currency, format_currency, format_decimal
from django import template
from django.http import QueryDict
from django.template import Context
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from crm.fields import phones, queries, values
from crm.fields.facts import REFERENCES, Fact
from crm.fields.models import Record, Visibility
from crm.fields.queries import Sheet
from crm.ui import times
from crm.ui.templatetags import ui
from crm.workspaces.models import Membership

register = template.Library()
# Stands for the id of a record that the reader does not see; no id is written like it
HIDDEN = "hidden"


@register.simple_tag(takes_context=True)
def shown(context: Context, sheet: Sheet, record: Record, fact: Fact, short: bool = False) -> Any:
    """A fact of a record as HTML, or "" where nothing is known; `short` for a cell of a table."""
    value = sheet.value(record, fact)
    if value is None or value == "" or value == []:
        return ""
    return SHOWING.get(fact.type, _plainly)(context, fact, value, short)


@register.filter
def phone(number: str) -> str:
    """A kept number as it is written internationally."""
    return phones.shown(number)


@register.filter
def money(amount: Any, currency: str) -> str:
    """£48,600 or R$ 1.234,56 in the reader's language; cents only where there are some."""
    if amount is None or amount == "":
        return ""
    return _priced(Decimal(amount), currency, times.locale())


@register.filter
def roughly(amount: Decimal, currency: str) -> str:
    """£49k or R$ 1,2 mi in the reader's language, where there is no room for more."""
    return _rough(amount, currency, times.locale())


@lru_cache(4096)
def _rough(value: Decimal, currency: str, locale: Locale) -> str:
    digits = 1 if value >= 1000 else 0
    return format_compact_currency(value, currency, locale=locale, fraction_digits=digits)


@lru_cache(4096)
def _priced(value: Decimal, currency: str, locale: Locale) -> str:
    pattern = locale.currency_formats["standard"].pattern
    is_round = value == value.to_integral_value()
    return format_currency(
        value,
        currency,
        locale=locale,
        format=pattern.replace(".00", "") if is_round else None,
        currency_digits=not is_round,
        decimal_quantization=not is_round,
    )


@register.filter
def whole(amount: Any) -> Any:
    """A sum without its cents, for estimates."""
    return Decimal(amount).quantize(Decimal(1)) if amount is not None else None


@register.simple_tag(takes_context=True)
def record_url(context: Context, record: Record) -> str:
    """The address of a record's own page."""
    request = context["request"]
    name = f"{record._meta.app_label}:{record.kind()}"
    return reverse(name, args=[request.workspace.slug, record.uid])


@register.filter
def seen_by(record: Record | None, member: Membership) -> Record | None:
    """The record, where the member sees it; what lies in the trash is seen by whom it was."""
    return record if record is not None and queries.sees(member, record) else None


@register.simple_tag(takes_context=True)
def querystring_sort(context: Context, name: str) -> str:
    """The page's query ordered by a fact, the other way round where it is already."""
    asked = _shown(context)
    asked["sort"] = f"-{name}" if context.get("sort") == name else name
    return str(asked.urlencode())


@register.simple_tag(takes_context=True)
def querystring_after(context: Context, after: str) -> str:
    """The page's query for the rows after these."""
    asked = _shown(context)
    asked["after"] = after
    return str(asked.urlencode())


@register.simple_tag(takes_context=True)
def querystring_toggled(context: Context, name: str) -> str:
    """The page's query with a choice taken off, or put on."""
    asked = _shown(context)
    if asked.pop(name, None) is None:
        asked[name] = "1"
    return str(asked.urlencode())


@register.simple_tag(takes_context=True)
def querystring_without(context: Context, name: str) -> str:
    """The page's query with a word that says nothing, so that a view's own is not taken."""
    asked = _shown(context)
    asked[name] = ""
    return str(asked.urlencode())


@register.simple_tag(takes_context=True)
def querystring_kept(context: Context) -> str:
    """What is shown, view and filter and columns and order, as a query."""
    return urlencode(context["kept"])


def _shown(context: Context) -> QueryDict:
    """The page's query; the view that a list opened with is named in it."""
    asked: QueryDict = context["request"].GET.copy()
    asked.pop("after", None)
    asked.pop("rows", None)
    view = getattr(context.get("asked"), "view", None)
    if view is not None and "view" not in asked:
        asked["view"] = str(view.uid)
    return asked


@register.simple_tag
def visibilities() -> list[tuple[str, str]]:
    """Who may see a record, as (key, words)."""
    return [(choice.value, str(choice.label)) for choice in Visibility]


@register.filter
def offers(kind: str) -> str:
    """The address that offers names of this kind while one types."""
    return f"contacts:{kind}_names"


@register.simple_tag
def raw_value(
    record: Record | None, fact: Fact, typed: Any = None, sheet: Sheet | None = None
) -> Any:
    """A value as its control needs it: text, keys, or pairs of value and label.

    What was typed and refused is shown again; without a record nothing is known yet.
    """
    if typed:
        return _typed(fact, typed)
    if record is None:
        return ""
    if fact.type in ("emails", "phones"):
        column = "address" if fact.type == "emails" else "number"
        rows = sorted(getattr(record, fact.name).all(), key=lambda r: (not r.is_primary, r.pk))
        return [*((getattr(row, column), row.label) for row in rows), ("", "")]
    if fact.custom:
        value = record.custom.get(fact.name, "")
        if fact.type in ("person", "organization"):
            return sheet.names.get(value, ("", None))[0] if sheet is not None else ""
        if fact.type == "money" and value:
            return {**value, "amount": values.written(value["amount"])}
        return value
    if fact.type in ("person", "organization") and sheet is not None:
        return sheet.value(record, fact) or ""
    return _of_column(record, fact)


@register.simple_tag
def referred(record: Record | None, fact: Fact, typed: Any, sheet: Sheet | None) -> str:
    """Which record a fact names, by its id; what was typed and refused is said again.

    Of one that the member does not see, only that something stands there.
    """
    if typed:
        return str(typed.get("is", ""))
    if record is None or sheet is None:
        return ""
    if fact.custom:
        uid = str(record.custom.get(fact.name) or "")
        return uid if not uid or uid in sheet.names else HIDDEN
    value = getattr(record, fact.column, None)
    if value is None:
        return ""
    return str(value.uid) if sheet.value(record, fact) is not None else HIDDEN


def _of_column(record: Record, fact: Fact) -> Any:
    value: Any = getattr(record, fact.column, "")
    if fact.type == "member":
        return str(value.uid) if value else ""
    if fact.type in REFERENCES:
        return value.name if value else ""
    if fact.type == "money":
        return values.written(f"{value.normalize():f}") if value is not None else ""
    if fact.type == "words":
        return " ".join(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return values.written(f"{value.normalize():f}")
    return "" if value is None else value


def _typed(fact: Fact, typed: Any) -> Any:
    if fact.type in ("emails", "phones"):
        return [*zip_longest(typed.getlist("value"), typed.getlist("label"), fillvalue="")]
    if fact.type in ("choices", "labels"):
        return typed.getlist("value")
    if fact.type == "date_range":
        return {"from": typed.get("from", ""), "to": typed.get("to", "")}
    value = typed.get("value", "")
    if fact.type == "money" and fact.custom:
        return {"amount": value, "currency": typed.get("currency", "")}
    return {"yes": True, "no": False}.get(value, value) if fact.type == "yes_no" else value


def _plainly(_context: Context, _fact: Fact, value: Any, _short: bool) -> Any:
    return str(value)


def _member(_context: Context, fact: Fact, value: Any, _short: bool) -> SafeString:
    key = getattr(value, "email", None)
    return format_html('{}<span class="ell">{}</span>', ui.avatar(str(value), "s", key), str(value))


def _record(context: Context, fact: Fact, value: Any, _short: bool) -> Any:
    if not isinstance(value, Record) or value.is_trashed:
        return str(value)
    address = record_url(context, value)
    return format_html('<a class="link ell" href="{}">{}</a>', address, value.name)


def _labels(_context: Context, _fact: Fact, value: Any, short: bool) -> SafeString:
    listed = value[:2] if short else value
    rows = format_html_join(
        "", '<span class="label" data-hue="{}">{}</span>', ((row.hue, row.name) for row in listed)
    )
    more = len(value) - len(listed)
    return format_html("{} +{}", rows, more) if more else rows


def _emails(context: Context, _fact: Fact, value: Any, short: bool) -> SafeString:
    request = context["request"]
    compose = reverse("inbox:compose", args=[request.workspace.slug])
    listed = value[:1] if short else value
    return format_html_join(
        "",
        '<span class="reach"><a class="link ell" href="{}?to={}">{}</a>{}</span>',
        ((compose, row.address, row.address, "" if short else _called(row)) for row in listed),
    )


def _phones(_context: Context, _fact: Fact, value: Any, short: bool) -> SafeString:
    listed = value[:1] if short else value
    return format_html_join(
        "",
        '<span class="reach"><a class="num" href="tel:{}">{}</a>{}</span>',
        ((row.number, phones.shown(row.number), "" if short else _called(row)) for row in listed),
    )


def _called(row: Any) -> Any:
    return format_html('<span class="meta">{}</span>', row.label) if row.label else ""


def _one_phone(_context: Context, _fact: Fact, value: Any, _short: bool) -> SafeString:
    return format_html('<a class="num" href="tel:{}">{}</a>', value, phones.shown(value))


def _moment(_context: Context, _fact: Fact, value: Any, _short: bool) -> Any:
    return ui.when(value)


def _day(_context: Context, _fact: Fact, value: Any, _short: bool) -> str:
    return times.day_short(value)


def _days(_context: Context, _fact: Fact, value: list[date], _short: bool) -> str:
    return f"{times.day_short(value[0])} – {times.day_short(value[1])}"


def _number(_context: Context, _fact: Fact, value: Any, _short: bool) -> str:
    return format_decimal(value, locale=times.locale())


def _money(context: Context, fact: Fact, value: Any, _short: bool) -> str:
    if isinstance(value, dict):
        return money(value["amount"], value["currency"])
    record = context.get("record")
    return money(value, getattr(record, "currency", "EUR"))


def _yes_no(_context: Context, _fact: Fact, value: Any, _short: bool) -> str:
    return _("Yes") if value else _("No")


def _link(_context: Context, _fact: Fact, value: Any, _short: bool) -> Any:
    text = str(value)
    words = text.removeprefix("https://").removeprefix("http://").rstrip("/")
    # Programs and files bring whatever they like
    href = text if "//" in text else f"https://{text}"
    if not href.lower().startswith(("https://", "http://")):
        return text
    return format_html(
        '<a class="link ell" href="{}" target="_blank" rel="noopener noreferrer">{}</a>',
        href,
        words,
    )


def _choice(_context: Context, fact: Fact, value: Any, _short: bool) -> str:
    return str(value) if fact.custom else fact.words_of(value)


def _words(_context: Context, _fact: Fact, value: Any, short: bool) -> str:
    return ", ".join(value[:2] if short else value)


def _address(_context: Context, _fact: Fact, value: Any, short: bool) -> Any:
    lines = str(value).splitlines()
    if short:
        return ", ".join(lines)
    return format_html_join("", "<span>{}</span>", ((line,) for line in lines))


SHOWING: dict[str, Callable[[Context, Fact, Any, bool], Any]] = {
    "member": _member,
    "person": _record,
    "organization": _record,
    "labels": _labels,
    "emails": _emails,
    "phones": _phones,
    "phone": _one_phone,
    "moment": _moment,
    "date": _day,
    "date_range": _days,
    "number": _number,
    "money": _money,
    "yes_no": _yes_no,
    "link": _link,
    "words": _words,
    "choices": _words,
    "choice": _choice,
    "address": _address,
    "long_text": _address,
}
