"""The schema tells the whole of it."""

import re
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema

from crm.workspaces import tokens
from tests.world import World

NOUNS = {
    "activities",
    "activity_types",
    "attachments",
    "audit",
    "blocks",
    "boards",
    "currencies",
    "deals",
    "comments",
    "drafts",
    "duplicates",
    "files",
    "folders",
    "fields",
    "imports",
    "labels",
    "ledger",
    "leads",
    "lost_reasons",
    "mail_labels",
    "mail_templates",
    "mail_views",
    "mailboxes",
    "me",
    "members",
    "messages",
    "notes",
    "notices",
    "organizations",
    "outbox",
    "people",
    "phases",
    "pipelines",
    "project_tasks",
    "project_templates",
    "projects",
    "recipients",
    "search",
    "stages",
    "suppressions",
    "sweeps",
    "teams",
    "threads",
    "tokens",
    "transfers",
    "uploads",
    "views",
    "workspace",
}


@pytest.fixture
def schema(world: World) -> dict[str, Any]:
    generator: Any = SchemaGenerator
    made: dict[str, Any] = generator().get_schema(request=None, public=True)
    return made


def operations(schema: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [
        (f"{method} {path}", operation)
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
    ]


def test_it_calls_no_two_shapes_by_one_name(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    """One would stand for both, and say wrong things of the other."""
    generator: Any = SchemaGenerator
    generator().get_schema(request=None, public=True)
    assert capsys.readouterr().err == ""


def test_it_is_valid_openapi(schema: dict[str, Any]) -> None:
    check: Any = validate_schema
    check(schema)
    assert {path.split("/")[3] for path in schema["paths"]} == NOUNS
    # Programs are made from these names: none may hang on what else there is
    named = re.compile(r"[0-9A-Fa-f]*[0-9][0-9A-Fa-f]*Enum$")
    assert [name for name in schema["components"]["schemas"] if named.search(name)] == []


def test_it_describes_every_operation(schema: dict[str, Any]) -> None:
    names = [operation["operationId"] for _name, operation in operations(schema)]
    assert len(names) == len(set(names))
    for name, operation in operations(schema):
        assert operation["summary"], name
        assert len(operation["description"].split("\n\n")[0]) > 10, name
        assert operation["security"] == [{"token": []}], name
        assert operation["x-scope"] in (*tokens.SCOPES, None), name
        assert {"400", "401", "403", "404", "429"} <= set(operation["responses"]), name


def test_it_names_the_key_of_every_post(schema: dict[str, Any]) -> None:
    for name, operation in operations(schema):
        if name.startswith("post"):
            headers = [each["name"] for each in operation["parameters"] if each["in"] == "header"]
            assert headers == ["Idempotency-Key"], name
            assert {"409", "422"} <= set(operation["responses"]), name


def test_it_shows_an_example_of_what_is_made(schema: dict[str, Any]) -> None:
    for noun in ("mailboxes", "outbox", "drafts", "people", "organizations", "deals", "stages"):
        content = schema["paths"][f"/api/v1/{noun}/"]["post"]["requestBody"]["content"]
        assert content["application/json"]["examples"], noun


def test_it_closes_requests_against_unknown_fields(schema: dict[str, Any]) -> None:
    for name, part in schema["components"]["schemas"].items():
        if name.endswith("Request"):
            assert part["additionalProperties"] is False, name


def test_it_explains_every_word_of_an_enum(schema: dict[str, Any]) -> None:
    parts = schema["components"]["schemas"]
    for name in ("MailboxState", "OutgoingState", "MessageKind", "FolderRole", "MemberRole"):
        for word in parts[name]["enum"]:
            assert f"`{word}`" in parts[name]["description"], name


def test_it_is_served_to_everybody(world: World) -> None:
    client = world.browser(world.alice)
    assert client.get("/api/v1/schema/").status_code == 200
    assert client.get("/api/v1/schema/?format=json").json()["openapi"].startswith("3.")


def test_it_shows_a_page_that_runs_under_our_own_policy(world: World) -> None:
    answer = world.browser(world.alice).get("/api/v1/docs/")
    page = answer.content.decode()
    nonces = set(re.findall(r'nonce="([^"]+)"', page))
    assert len(nonces) == 1
    assert f"'nonce-{nonces.pop()}'" in answer["Content-Security-Policy"]
    assert "unsafe-inline" not in answer["Content-Security-Policy"]
    for stem, kind in (("swagger-ui", "css"), ("swagger-ui-bundle", "js")):
        # Built files carry a hash in their names
        assert re.search(rf"{stem}(\.\w+)?\.{kind}", page)
        assert finders.find(f"drf_spectacular_sidecar/swagger-ui-dist/{stem}.{kind}")
