"""Every operation of the schema, with a request that fits it and the places where ids go."""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from drf_spectacular.generators import SchemaGenerator

from tests.api.population import KINDS, Population
from tests.world import Api

# Requests that no rule about types could guess
SOON = (datetime.now(UTC) + timedelta(days=2)).isoformat()
SAMPLES: dict[str, Any] = {
    "own_domains": ["acme.test"],
    "pattern": "news.test",
    "sender": "eva@news.test",
    "imap_host": "127.0.0.1",
    "smtp_host": "127.0.0.1",
    "to": ["dana@northwind.test"],
    "cc": [],
    "bcc": [],
    "sync_from": "2026-01-01",
    "send_at": "2030-01-01T00:00:00Z",
    # Nothing is put aside for more than a year
    "snoozed_until": SOON,
    "remind_at": SOON,
    "until": SOON,
    "declined_at": "2026-01-01T00:00:00Z",
    "attached_at": "2026-01-01T00:00:00Z",
    "version": 1,
    "quiet_from": "18:00",
    "quiet_until": "08:00",
    "imap_port": 1,
    "smtp_port": 1,
    "paused": False,
    "labels": [],
    "take": [],
    "required": False,
    "value": "100.00",
    "due_on": "2030-01-01",
    "due_at": "2030-01-01T10:00:00Z",
    "minutes": 30,
    "currency": "EUR",
    "code": "USD",
    "rate": "2",
    "expected_close_date": "2030-01-01",
    "starts_on": "2030-01-01",
    "custom": {},
    "filter": {},
    "columns": [],
    "sort": "name",
    # One of a member's templates has it
    "shortcut": "",
}
# What is no free text in a form
FORM = {"kind": "person"}
BY_TYPE: dict[str, Any] = {"string": "x", "integer": 1, "boolean": True}
# What is an id behind a question mark, and a word in a body
ASKED = {"label": "mail_labels"}
_number = count(1)
Place = tuple[str | int, ...]


@dataclass
class Operation:
    """One operation; `body` fits it, and `places` are where ids stand in that body."""

    method: str
    path: str
    scope: str | None
    queries: dict[str, str]
    body: Any = None
    is_form: bool = False
    places: list[tuple[Place, str]] = field(default_factory=list)
    parameters: list[str] = field(default_factory=list)
    # What a form says besides its file
    form: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    def at(self, known: Population) -> str:
        """The address with an id of this population."""
        found = known.of(self.path) if "{id}" in self.path else ""
        return self.path.removeprefix("/api/v1/").replace("{id}", found)

    def ask(self, api: Api, path: str, body: Any = None) -> Any:
        """Send it; forms carry a file of theirs."""
        if self.is_form:
            return api.client.post(
                f"/api/v1/{path}", {"file": _file(), **self.form}, headers=api.headers
            )
        return api._send(self.method, path, self.body if body is None else body, {})

    def bodies(self, known: Population) -> Iterator[tuple[str, Any]]:
        """The body with one id after the other taken from this population."""
        for place, kind in self.places:
            for uid in known.ids[kind][:1]:
                changed = deepcopy(self.body)
                at = changed
                for step in place[:-1]:
                    at = at[step]
                at[place[-1]] = uid
                yield ".".join(map(str, place)), changed


def _file() -> SimpleUploadedFile:
    return SimpleUploadedFile("x.txt", b"x", "text/plain")


def every(own: Population) -> list[Operation]:
    """All operations, their bodies filled with ids of this population."""
    generator: Any = SchemaGenerator
    schema = generator().get_schema(request=None, public=True)
    parts = schema["components"]["schemas"]
    return [
        _operation(path, method, told, parts, own)
        for path, methods in schema["paths"].items()
        for method, told in methods.items()
    ]


def _operation(path: str, method: str, told: Any, parts: Any, own: Population) -> Operation:
    queries = {
        each["name"]: (KINDS | ASKED)[each["name"]]
        for each in told.get("parameters", [])
        if each["in"] == "query" and each["name"] in KINDS | ASKED
    }
    made = Operation(method.upper(), path, told["x-scope"], queries)
    made.parameters = [p["name"] for p in told.get("parameters", []) if p["in"] == "query"]
    content = told.get("requestBody", {}).get("content", {})
    made.is_form = "multipart/form-data" in content
    if made.is_form:
        filler = Filler(parts, own, "")
        filled = filler.fill(content["multipart/form-data"]["schema"], (), "")
        made.form = {key: FORM.get(key, value) for key, value in filled.items() if key != "file"}
    if "application/json" in content:
        filler = Filler(parts, own, path.removeprefix("/api/v1/").split("/")[0])
        made.body = filler.fill(content["application/json"]["schema"], (), "")
        made.places = filler.places
    return made


class Filler:
    """Fills a schema with something that fits."""

    def __init__(self, parts: Any, own: Population, resource: str) -> None:
        self.parts, self.own, self.resource = parts, own, resource
        self.places: list[tuple[Place, str]] = []

    def fill(self, schema: Any, place: Place, name: str) -> Any:
        schema = self._resolved(schema)
        if name == "address":
            return f"someone{next(_number)}@else.test"
        if name == "name":
            return f"x{next(_number)}"
        if name in SAMPLES:
            return SAMPLES[name]
        # In a bulk request or a merge these are rows of the resource itself
        kind = self.resource if name in ("id", "delete", "other") else KINDS.get(name)
        if schema.get("type") == "array":
            return [self.fill(schema["items"], (*place, 0), name)]
        if "enum" in schema:
            return "person" if "person" in schema["enum"] else schema["enum"][0]
        if kind is not None:
            self.places.append((place, kind))
            return self.own.ids[kind][0]
        if schema.get("type") == "object":
            properties = schema.get("properties", {})
            return {key: self.fill(each, (*place, key), key) for key, each in properties.items()}
        return BY_TYPE[schema["type"]]

    def _resolved(self, schema: Any) -> Any:
        while True:
            if "$ref" in schema:
                schema = self.parts[schema["$ref"].rsplit("/", 1)[1]]
            elif "allOf" in schema or "oneOf" in schema:
                schema = (schema.get("allOf") or schema["oneOf"])[0]
            else:
                return schema
