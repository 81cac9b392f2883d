"""What is made once for the same values, and never for others."""

import gc
import weakref
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone, translation

from crm.deals.queries import Card
from crm.deals.templatetags.deals import Face
from crm.ui.templatetags import kept


@dataclass
class Row:
    uid: str = "u"
    url: str = "/u"
    subject: str = "<b>Price</b>"
    snippet: str = ""
    people: tuple[tuple[str, str, bool], ...] = (("Dana", "dana@customer.test", False),)
    last_at: datetime = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)
    at: str = "a"
    message_count: int = 1
    unread_count: int = 0
    has_attachment: bool = True
    to: tuple[str, ...] = ()
    mailbox_name: str = ""


def made(row: Row) -> str:
    return str(kept.kept("inbox/row.html", row=row))


@pytest.fixture(autouse=True)
def _empty() -> None:
    kept._make.cache_clear()


def test_it_makes_a_part_once_for_the_same_values() -> None:
    assert made(Row()) == made(Row())
    assert kept._make.cache_info().misses == 1
    assert "&lt;b&gt;Price" in made(Row())


@pytest.mark.parametrize(
    "other",
    [{"subject": "Other"}, {"unread_count": 1}, {"url": "/v"}, {"last_at": timezone.now()}],
)
def test_it_makes_it_anew_when_anything_shown_differs(other: dict[str, Any]) -> None:
    assert made(Row()) != made(replace(Row(), **other))


def test_it_makes_it_anew_for_each_language_zone_and_day(monkeypatch: pytest.MonkeyPatch) -> None:
    english = made(Row())
    with translation.override("pt-br"):
        assert "com arquivo" in made(Row())
    with timezone.override("Asia/Tokyo"):
        assert made(Row()) != english  # it is the third of March there
    tomorrow = timezone.now() + timedelta(days=1)
    monkeypatch.setattr(timezone, "now", lambda: tomorrow)
    made(Row())
    assert kept._make.cache_info().misses == 4


def test_it_makes_each_row_once_and_never_for_another_reader() -> None:
    kept._row.cache_clear()
    card = "crm/deals/card.html"
    rows = [_face("Fen Dairy"), _face("<i>Quay</i>"), _face("Fen Dairy")]

    def shown(slug: str) -> str:
        return str(kept.kept_each(card, rows, slug=slug))

    english = shown("acme")
    assert english.count("Fen Dairy</a>") == 2 and "&lt;i&gt;Quay" in english
    assert kept._row.cache_info().misses == 2
    assert "/globex/deals/" in shown("globex") and "/acme/" not in shown("globex")
    with translation.override("pt-br"):
        assert "R$" in shown("acme") and shown("acme") != english
    assert kept._row.cache_info().misses == 6


class Request:
    """Something that lives no longer than one request."""

    word = "one"


def _worded(request: Request) -> Callable[[], str]:
    return lambda: request.word


def test_it_forgets_what_a_piece_was_made_with() -> None:
    kept._said.cache_clear()
    requests = [Request()]
    gone = weakref.ref(requests[0])
    assert kept.said(_worded(requests.pop()), "piece", 7) == "one"
    assert kept.said(lambda: "two", "piece", 7) == "one", "the key alone says what it is"
    assert kept.said(lambda: "two", "piece", 8) == "two"
    gc.collect()
    assert gone() is None


def _face(name: str) -> Face:
    at = datetime(2026, 3, 2, tzinfo=UTC)
    card = Card(
        1, UUID(int=7), 1, name, Decimal("1200.00"), "BRL", 3, at, at, None, None, None, None,
        "Quay", "Bob", "bob@acme.test", (),
    )  # fmt: skip
    return Face(card, None, (("sea", "Hot"),), None)
