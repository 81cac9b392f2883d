"""A workspace as one zip: its rows as lines of JSON, its mail as files, no secret.

The archive is kept in pieces of a megabyte in the database, where every process can read
it, whichever host it runs on, and where it goes with the workspace.
"""

import base64
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib.postgres.search import SearchVectorField
from django.db import models, transaction

from crm.workspaces import parts, walls
from crm.workspaces.models import ApiToken, Invitation, Membership, Workspace
from crm.workspaces.pieces import Pieces
from crm.workspaces.postgres import snapshot
from crm.workspaces.sealing import SealedField

AT_ONCE = 500
# Of the machinery, or the export itself
LEFT_OUT = {"workspaces.IdempotencyKey", "workspaces.Export", "workspaces.ExportPiece"}
SECRET = {"data_key", "token_hash"}
DIRECTORY: tuple[type[models.Model], ...] = (Membership, Invitation, ApiToken)
ABOUT = """This is everything that the workspace %(name)s keeps in Fio.

tables/*.jsonl   one row a line; schema.json names the columns of each table
mail/            every mail as it came, by mailbox
attachments/     the files of those mails
files/           bytes that belong to no mail, named by their SHA-256

Bytes in tables are written in base64. Passwords, keys and tokens are left out.
"""


def tables() -> list[type[models.Model]]:
    """Every table that an export has, found by introspection."""
    walled = [
        m for m in walls.walled_models() if m._meta.label not in LEFT_OUT and not m.is_reckoned
    ]
    return [*DIRECTORY, *walled]


def total(workspace: Workspace, *, moment: str) -> int:
    """How many rows and files an export of the opened workspace has at a moment."""
    with snapshot.seen(moment), transaction.atomic(), transaction.atomic("system"):
        count = sum(_rows(model, workspace).count() for model in tables())
        return count + sum(part.count() for part in parts.joined if part.count is not None)


def write(
    workspace: Workspace,
    *,
    moment: str,
    at: datetime,
    keep: Callable[[bytes], None],
    tell: Callable[[int], None],
) -> int:
    """Make the archive of the opened workspace as it was at a moment; returns its size in bytes.

    All rows are seen as of that moment (`postgres.snapshot`), however long it takes. `keep` is
    given the pieces in order, `tell` how many rows and files are in so far.
    """
    pieces, done = Pieces(keep), 0
    with zipfile.ZipFile(pieces, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("README.txt", ABOUT % {"name": workspace.name})
        archive.writestr("schema.json", json.dumps(schema(), indent=1))
        archive.writestr("workspace.json", json.dumps(_about(workspace, at), indent=1))
        for model in tables():
            with archive.open(
                f"tables/{model._meta.db_table}.jsonl", "w", force_zip64=True
            ) as file:
                for lines in _lines(model, workspace, moment):
                    file.write("".join(lines).encode())
                    done += len(lines)
                    tell(done)
        for path, data in _papers(moment):
            with archive.open(path, "w", force_zip64=True) as file:
                file.write(data)
            done += 1
            tell(done)
    pieces.finish()
    return pieces.size


def schema() -> dict[str, Any]:
    """Of each table its columns with their types and the tables they point at."""
    return {
        model._meta.db_table: {
            field.column: {
                "type": field.get_internal_type(),
                **({"references": field.related_model._meta.db_table} if field.is_relation else {}),
            }
            for field in columns(model)
        }
        for model in tables()
    }


def columns(model: type[models.Model]) -> list[Any]:
    """The columns that leave the house: no secret, nothing derived, no bytes that are files."""
    kept_elsewhere = {pair for part in parts.joined for pair in part.elsewhere}
    return [
        field
        for field in model._meta.local_concrete_fields
        if not isinstance(field, SealedField | SearchVectorField)
        and field.name not in SECRET
        and (model._meta.label, field.name) not in kept_elsewhere
    ]


def _about(workspace: Workspace, at: datetime) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(
        _json({field.name: getattr(workspace, field.attname) for field in columns(Workspace)})
    )
    return found | {"exported_at": at.isoformat()}


def _rows(model: type[models.Model], workspace: Workspace) -> Any:
    if model in DIRECTORY:
        rows: Any = model._default_manager.using("system")
        return rows.filter(workspace=workspace)
    walled: Any = model
    return walled.objects.all()


def _lines(model: type[models.Model], workspace: Workspace, moment: str) -> Iterator[list[str]]:
    """The rows by their key, some hundreds at once, each batch in a transaction of its own."""
    names, key = [field.attname for field in columns(model)], model._meta.pk.attname
    alias = "system" if model in DIRECTORY else "default"
    latest = None
    while True:
        with snapshot.seen(moment), transaction.atomic(alias):
            rows = _rows(model, workspace).order_by("pk")
            if latest is not None:
                rows = rows.filter(pk__gt=latest)
            found = list(rows.values(*names)[:AT_ONCE])
        if not found:
            return
        yield [_json(row) + "\n" for row in found]
        latest = found[-1][key]


def _papers(moment: str) -> Iterator[tuple[str, bytes]]:
    """Path and bytes of every file; what is done between two of them may write."""
    for part in parts.joined:
        papers = iter(part.papers()) if part.papers is not None else iter(())
        while True:
            with snapshot.seen(moment):
                paper = next(papers, None)
                data = paper.read() if paper else b""
            if paper is None:
                break
            yield paper.path, data


def safe(name: str) -> str:
    """A name that is one on every system, and no path."""
    return re.sub(r"[^\w.@ +-]", "_", name).strip(". ")[:120] or "file"


def _json(row: dict[str, Any]) -> str:
    return json.dumps(row, default=_plain, ensure_ascii=False)


def _plain(value: Any) -> Any:
    match value:
        case bytes() | bytearray() | memoryview():
            return base64.b64encode(bytes(value)).decode()
        case datetime() | date():
            return value.isoformat()
        case UUID() | Decimal():
            return str(value)
    raise TypeError(f"{type(value).__name__} cannot be exported")
