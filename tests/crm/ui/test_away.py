"""While the database is away everybody is told so, and when to come back."""

import pytest
from django.db import OperationalError, connections
from django.http import HttpResponse
from django.test import RequestFactory

from crm.ui.rest import failures


def answer(path: str) -> HttpResponse:
    """What is answered to a request that the database broke off."""
    with connections["default"].cursor() as cursor:
        try:
            cursor.execute("SET statement_timeout = 1")
            cursor.execute("SELECT pg_sleep(5)")
        except OperationalError:
            return failures.broken(RequestFactory().get(path))
        finally:
            cursor.execute("RESET statement_timeout")
    raise AssertionError("it answered")


@pytest.mark.parametrize("path", ["/acme/inbox/", "/api/v1/me"])
def test_it_says_that_it_is_back_in_a_moment(db: None, path: str) -> None:
    told = answer(path)
    assert told.status_code == 503 and told["Retry-After"] == "5"
    assert b"Back in a moment" in told.content
    expected = "application/problem+json" if "api" in path else "text/html"
    assert told["Content-Type"].startswith(expected)


def test_it_does_not_promise_that_for_a_fault_of_ours(db: None) -> None:
    try:
        raise ValueError("a fault")
    except ValueError:
        told = failures.broken(RequestFactory().get("/api/v1/me"))
    assert told.status_code == 500 and "Retry-After" not in told
