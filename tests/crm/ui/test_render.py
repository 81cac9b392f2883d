"""A page, or the part of it htmx asked for."""

import pytest
from django.http import HttpRequest
from django.test import RequestFactory

from crm.ui.render import wants_part


@pytest.mark.parametrize(
    ("headers", "part"),
    [
        ({}, False),
        ({"HX-Request": "true"}, True),
        ({"HX-Request": "true", "HX-Request-Type": "partial"}, True),
        ({"HX-Request": "true", "HX-Request-Type": "full"}, False),
        ({"HX-Request": "true", "HX-History-Restore-Request": "true"}, False),
    ],
)
def test_it_answers_with_a_part_only_to_who_asked_for_one(
    headers: dict[str, str], part: bool
) -> None:
    request: HttpRequest = RequestFactory().get("/", headers=headers)
    assert wants_part(request) is part
