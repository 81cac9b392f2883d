"""Times as people write them, in the reader's zone and language."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from crm.ui import times

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)  # a Friday


@pytest.mark.parametrize(
    ("before", "english", "portuguese"),
    [
        (timedelta(minutes=18), "14:42", "14:42"),
        (timedelta(days=1), "Thu", "qui"),
        (timedelta(days=6), "Sat", "sáb"),
        (timedelta(days=7), "13 Nov", "13 nov"),
        (timedelta(days=400), "16 Oct 2025", "16 out 2025"),
    ],
)
def test_it_shortens_what_is_near(before: timedelta, english: str, portuguese: str) -> None:
    with timezone.override(UTC):
        with translation.override("en"):
            assert times.short(NOW - before, NOW) == english
        with translation.override("pt-br"):
            assert times.short(NOW - before, NOW) == portuguese


def test_it_reads_the_clock_where_the_reader_is() -> None:
    with timezone.override(ZoneInfo("America/Sao_Paulo")), translation.override("en"):
        assert times.short(NOW, NOW) == "12:00"
        # Half past one in London is still yesterday evening in São Paulo
        late = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)
        assert times.short(late, NOW) == "Thu"
        assert times.moment(late, NOW) == "Thu 22:30"


def test_it_names_the_weekday_of_what_is_to_come() -> None:
    with timezone.override(UTC):
        with translation.override("en"):
            assert times.moment(NOW + timedelta(minutes=5), NOW) == "15:05"
            assert times.moment(NOW + timedelta(days=3), NOW) == "Mon 23 Nov 15:00"
            assert times.moment(NOW + timedelta(days=60), NOW) == "Tue 19 Jan 2027 15:00"
        with translation.override("pt-br"):
            assert times.moment(NOW + timedelta(days=4), NOW) == "ter 24 nov 15:00"


def test_it_heads_groups_of_rows() -> None:
    with timezone.override(UTC), translation.override("en"):
        heads = [times.day(NOW - timedelta(days=days), NOW) for days in (0, 1, 3, 10, 60, 400)]
    assert heads == ["Today", "Yesterday", "Tuesday", "November", "September", "October 2025"]
    with timezone.override(UTC), translation.override("pt-br"):
        assert times.day(NOW - timedelta(days=400), NOW) == "Outubro de 2025"
        assert times.full(NOW) == "sexta-feira, 20 de novembro de 2026, 15:00"


def test_it_calls_mail_from_the_future_todays() -> None:
    with timezone.override(UTC), translation.override("en"):
        assert times.day(NOW + timedelta(days=3), NOW) == "Today"
        assert times.short(NOW + timedelta(days=3), NOW) == "23 Nov"
