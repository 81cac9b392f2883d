"""Numbers are typed as the reader's language writes them."""

from decimal import Decimal

import pytest
from django.utils import translation

from crm.deals.models import Deal
from crm.fields import values
from crm.fields.models import Field
from tests import make
from tests.world import World


@pytest.mark.parametrize(
    ("language", "typed", "number"),
    [
        ("en", "1,234.5", "1234.5"),
        ("en", "1,234", "1234"),
        ("en", "1.234", "1.234"),
        ("en", "99,90", "99.90"),
        ("en", "-1,234,567", "-1234567"),
        ("en", "12 345.6", "12345.6"),
        ("pt-br", "1.234,56", "1234.56"),
        ("pt-br", "1.234", "1234"),
        ("pt-br", "1,234", "1.234"),
        ("pt-br", "99.90", "99.90"),
        ("pt-br", "1.234.567", "1234567"),
    ],
)
def test_it_reads_a_number_as_its_reader_writes_it(language: str, typed: str, number: str) -> None:
    with translation.override(language):
        assert values.typed(typed) == Decimal(number)


@pytest.mark.parametrize("typed", ["", "abc", "1,2,x", ",", "nan", "1e999"])
def test_it_refuses_what_is_no_number(typed: str) -> None:
    with translation.override("en"), pytest.raises(values.Unfit):
        values.typed(typed)


def test_it_takes_and_gives_back_the_numbers_of_a_brazilian(world: World) -> None:
    world.bob.user.language = "pt-br"
    world.bob.user.save()
    with world.opened():
        deal = make.deal(make.pipeline()[0])
        Field.objects.create(kind="deal", key="size", name="Size", type="number")
        Field.objects.create(kind="deal", key="cost", name="Cost", type="money")
    bob, path = world.browser(world.bob), f"/acme/deals/{deal.uid}/facts/"
    typed = {"size": "1.234,5", "cost": "99,90", "value": "12.345,67"}
    for fact, value in typed.items():
        answer = bob.post(f"{path}{fact}/", {"value": value, "currency": "EUR"})
        assert answer.status_code == 200, answer.text
    with world.opened():
        fresh = Deal.objects.get()
        assert fresh.value == Decimal("12345.67")
        assert fresh.custom["size"] == 1234.5
        assert fresh.custom["cost"] == {"amount": "99.90", "currency": "EUR"}
    # What the editor shows is what it takes
    shown = {"size": "1234,5", "cost": "99,90", "value": "12345,67"}
    for fact, value in shown.items():
        assert f'value="{value}"' in bob.get(f"{path}{fact}/", {"edit": "1"}).text
        assert bob.post(f"{path}{fact}/", {"value": value, "currency": "EUR"}).status_code == 200
    with world.opened():
        again = Deal.objects.get()
        assert (again.value, again.custom, again.version) == (
            fresh.value, fresh.custom, fresh.version,
        )  # fmt: skip
