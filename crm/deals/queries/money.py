"""Sums in the base currency of the workspace."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from crm.deals.models import Currency
from crm.workspaces.statements import Statement

# Where a workspace sells in nothing yet
FIRST = "EUR"


@dataclass(frozen=True)
class Money:
    """The currencies of the workspace, the base one first."""

    codes: list[str]
    rates: dict[str, Decimal]

    @property
    def base(self) -> str:
        return self.codes[0]

    def in_base(self, amounts: Iterable[tuple[str, Decimal]]) -> Decimal:
        """The sum of amounts in several currencies; one without a rate counts as it is."""
        return sum(
            (amount * self.rates.get(code, Decimal(1)) for code, amount in amounts), Decimal()
        )


CURRENCIES = Statement(lambda: Currency.objects.order_by("-is_base", "position", "code"))


def currencies() -> Money:
    """What a unit of each currency is worth in the base one; one query."""
    rows = CURRENCIES.rows()
    codes = [row.code for row in rows] or [FIRST]
    return Money(codes, {row.code: row.rate for row in rows})


def in_base(amounts: Iterable[tuple[str, Decimal]]) -> Decimal:
    """The sum of amounts in several currencies, in the base one."""
    return currencies().in_base(amounts)
