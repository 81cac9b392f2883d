"""What is made once for the same values, and never for others."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone, translation

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
