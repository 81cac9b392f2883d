"""Rows sent to PostgreSQL as columns: one binary array for each, one statement for all.

A statement that reads them needs no table to stage them in, so nothing is written twice, and
nothing is emptied again when the transaction ends.
"""

import re
import struct
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import psycopg
from psycopg.adapt import PyFormat, Transformer
from psycopg.pq import Format
from psycopg.types.array import ListDumper

LENGTH = re.compile(r"\([\d, ]+\)")
# Rows and octets of one statement; its arrays are held whole on both sides
MOST, OCTETS = 5_000, 16_000_000
# Of an array: dimensions, whether values are missing, their type, how many, the first one's place
HEAD = struct.Struct("!iiIii")
SIZE = struct.Struct("!i").pack
MISSING = SIZE(-1)


class Packed:
    """An array as PostgreSQL receives it; the statement says of which type."""

    __slots__ = ("octets",)

    def __init__(self, octets: bytes) -> None:
        self.octets = octets


class PackedDumper(psycopg.adapt.Dumper):
    """Sends the octets as they are."""

    format = Format.BINARY

    def dump(self, obj: Packed) -> bytes:
        return obj.octets


def packed(rows: Iterable[Sequence[Any]], kinds: Sequence[str]) -> Iterator[list[Packed]]:
    """The columns of these rows, by a few thousand; `kinds` are PostgreSQL's names of types.

    Lists become the text of an array, for arrays of arrays have to be of one length.
    """
    registry = psycopg.adapters.types
    oids = [registry["text" if is_list(kind) else kind].oid for kind in kinds]
    lists = [place for place, kind in enumerate(kinds) if is_list(kind)]
    transformer = Transformer()
    dumper = ListDumper(list, transformer)
    transformer.set_dumper_types(oids, Format.BINARY)
    formats = [PyFormat.BINARY] * len(kinds)
    held: list[Sequence[Any]] = []
    octets = 0
    for row in rows:
        values = _written(row, lists, dumper) if lists else row
        dumped = transformer.dump_sequence(values, formats)
        held.append(dumped)
        octets += sum(map(len, filter(None, dumped)))
        if len(held) >= MOST or octets >= OCTETS:
            yield _columns(held, oids)
            held, octets = [], 0
    if held:
        yield _columns(held, oids)


def array_of(values: Sequence[Any]) -> str | None:
    """The text of an array of numbers or of octets, None of anything else.

    psycopg's own goes by every value alone, which takes a twentieth of an import.
    """
    kinds = set(map(type, values))
    if kinds == {int}:
        return f"{{{','.join(map(str, values))}}}"
    if kinds == {bytes}:
        written = ",".join(f'"\\\\x{value.hex()}"' for value in values)
        return f"{{{written}}}"
    return None


def is_list(kind: str) -> bool:
    """Whether this is the type of an array."""
    return kind.endswith("[]")


def selected(names: Sequence[str], kinds: Sequence[str]) -> str:
    """SQL that makes rows again of `packed` columns, their names and types as they were."""
    arrays = ", ".join(
        f"unnest(%s::{'text' if is_list(kind) else kind}[]) AS {name}"
        for name, kind in zip(names, kinds, strict=True)
    )
    if not any(map(is_list, kinds)):
        return f"SELECT {arrays}"
    typed = (
        f"{name}::{kind}" if is_list(kind) else name
        for name, kind in zip(names, kinds, strict=True)
    )
    return f"SELECT {', '.join(typed)} FROM (SELECT {arrays}) arrays"


def _written(row: Sequence[Any], lists: Sequence[int], dumper: ListDumper) -> Sequence[Any]:
    values = list(row)
    for place in lists:
        if values[place] is not None:
            written = dumper.dump(values[place])
            values[place] = bytes(written or b"{}").decode()
    return values


def _columns(rows: Sequence[Sequence[Any]], oids: Sequence[int]) -> list[Packed]:
    return [_array(values, oid) for values, oid in zip(zip(*rows, strict=True), oids, strict=True)]


def _array(values: Sequence[Any], oid: int) -> Packed:
    """Section "array_recv" of PostgreSQL's `arrayfuncs.c`: a head, then size and value of each."""
    parts: list[bytes] = [HEAD.pack(1, int(None in values), oid, len(values), 1)]
    for value in values:
        if value is None:
            parts.append(MISSING)
        else:
            parts += (SIZE(len(value)), value)
    return Packed(b"".join(parts))
