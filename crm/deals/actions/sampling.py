"""Kinds of sample record that come on top of deals: their apps bring them here."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from crm.contacts.models import Organization, Person
from crm.deals.models import Deal
from crm.fields.models import Label, Record
from crm.workspaces.models import Membership


@dataclass(frozen=True, slots=True)
class Made:
    """The sample records that are there already, in the order of their lists."""

    firms: Sequence[Organization]
    people: Sequence[Person]
    deals: Sequence[Deal]


def _nobody(pks: Sequence[int]) -> set[int]:
    return set()


@dataclass(frozen=True)
class Sampler:
    """How sample records of a kind are made; they go before deals and people do.

    `add` returns (the records, rows beside them that are samples too). `worked_on` says which of
    these hold something of one's own; what rows of `pointing` point at is one's own as well.
    """

    model: type[Record]
    add: Callable[[Made, Label, Membership, datetime], tuple[Sequence[Record], Sequence[Any]]]
    worked_on: Callable[[Sequence[int]], set[int]] = _nobody
    pointing: tuple[type[Any], ...] = ()


SAMPLERS: list[Sampler] = []


def register(sampler: Sampler) -> None:
    """Bring a kind of sample record."""
    SAMPLERS.append(sampler)
