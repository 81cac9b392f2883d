"""Whatever is sent, the answer says what was wrong with it, and is never a 500."""

import json
from typing import Any

import pytest

from tests import make
from tests.world import Api, World


def problem(answer: Any) -> dict[str, Any]:
    assert answer["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert body["status"] == answer.status_code
    assert body["title"] and body["detail"]
    return dict(body)


def send(api: Api, path: str, body: bytes, kind: str = "application/json", **headers: str) -> Any:
    return api.client.generic(
        "POST", f"/api/v1/{path}", body, kind, headers={**api.headers, **headers}
    )


def test_it_names_the_field_at_fault(world: World) -> None:
    answer = world.api(world.alice).post("people/", {"name": 7, "emails": [{"address": "x"}]})
    body = problem(answer)
    assert answer.status_code == 400
    assert {(e["field"], e["code"]) for e in body["errors"]} == {
        ("name", "invalid"),
        ("emails[0].address", "invalid"),
    }


def test_it_answers_in_the_language_asked_for(world: World) -> None:
    api = world.api(world.alice)
    answer = send(api, "people/", b'{"nmae": "x"}', **{"Accept-Language": "pt-BR"})
    body = problem(answer)
    assert body["title"] == "O pedido tem erros"
    assert body["errors"][0]["message"] == "Não há esse campo aqui."
    assert problem(send(api, "people/", b'{"nmae": "x"}'))["title"] == "The request has errors"


def test_it_refuses_fields_it_does_not_know(world: World) -> None:
    api = world.api(world.alice)
    answer = api.post("people/", {"name": "Dana", "nmae": "x", "\ud800": 1})
    assert answer.status_code == 400
    assert problem(answer)["errors"][0]["code"] == "unknown"
    with world.opened():
        person = make.person()
    assert api.patch(f"people/{person.uid}/", {"created_at": "x"}).status_code == 400


@pytest.mark.parametrize(
    "query",
    [
        "nonsense=1",
        "limit=0",
        "limit=201",
        "limit=x",
        "limit=9" * 40,
        "limit=5&limit=6",
    ],
)
def test_it_refuses_parameters_it_does_not_know(world: World, query: str) -> None:
    answer = world.api(world.alice).get(f"people/?{query}")
    assert answer.status_code == 400
    assert problem(answer)["errors"][0]["field"] in query


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", 400),
        (b"{", 400),
        (b"[]", 400),
        (b"null", 400),
        (b'"x"', 400),
        (b'{"name": "\xff\xfe"}', 400),
        (b'{"name": "a\\u0000b"}', 400),
        (b'{"name": "\\ud800"}', 400),
        (b'{"name": NaN}', 400),
        (b'{"name": ' + b"9" * 5000 + b"}", 400),
        (b'{"name": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", 400),
        (b'{"name": "' + b"x" * 5000 + b'"}', 400),
        (b'{"name": "x", "emails": {"a": 1}}', 400),
        (b'{"name": "x", "owner": 12}', 400),
        (b'{"name": "x", "owner": "12"}', 404),
        (b'{"name": "x", "owner": null}', 400),
    ],
)
def test_it_survives_any_body(world: World, body: bytes, code: int) -> None:
    answer = send(world.api(world.alice), "people/", body)
    assert answer.status_code == code
    problem(answer)


def test_it_takes_so_many_bytes_at_once_and_no_more(world: World) -> None:
    body = b'{"name": "' + b"x" * 10_000_000 + b'"}'
    answer = send(world.api(world.alice), "people/", body)
    assert answer.status_code == 413
    problem(answer)


def test_it_breaks_with_a_problem_too(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr("crm.contacts.actions.create_person", fail)
    api = world.api(world.alice)
    api.client.raise_request_exception = False
    answer = api.post("people/", {"name": "Dana"}, key="k1")
    assert answer.status_code == 500
    assert "fault of ours" not in answer.content.decode()
    problem(answer)
    monkeypatch.undo()
    assert api.post("people/", {"name": "Dana"}, key="k1").status_code == 201


def test_it_takes_json_only(world: World) -> None:
    answer = send(world.api(world.alice), "people/", b"name=x", "application/x-www-form-urlencoded")
    assert answer.status_code == 415
    problem(answer)


@pytest.mark.parametrize(
    "id",
    ["x", "1", "%00", "%ff", "0" * 32, "a" * 36, "../..", "0198f1c2-0000-7000-8000-000000000000"],
)
def test_it_finds_nothing_under_an_id_that_is_none(world: World, id: str) -> None:
    api = world.api(world.alice)
    for path in ("people", "threads", "messages", "mailboxes", "ledger", "drafts", "outbox"):
        answer = api.get(f"{path}/{id}/")
        assert answer.status_code == 404, path
        assert problem(answer)["title"] == "Not found"


def test_it_answers_every_other_address_with_a_problem(world: World) -> None:
    api = world.api(world.alice)
    assert problem(api.get("nothing/"))["status"] == 404
    assert problem(api.get(""))["status"] == 404
    refused = problem(api.post("me", {}))
    assert (refused["status"], refused["title"]) == (405, 'Method "POST" not allowed.')
    assert api.client.trace("/api/v1/people/?x=1", headers=api.headers).status_code == 405
    assert problem(api.client.options("/api/v1/me", headers=api.headers))["status"] == 405


def test_it_leads_to_the_address_with_its_slash(world: World) -> None:
    api = world.api(world.alice)
    answer = api.get("people", q="x")
    assert (answer.status_code, answer["Location"]) == (308, "/api/v1/people/?q=x")


def test_it_answers_alike_for_foreign_and_for_absent(world: World) -> None:
    with world.opened(world.globex):
        theirs = make.person("Zed")
    api = world.api(world.alice)
    foreign = api.get(f"people/{theirs.uid}/").content
    absent = api.get("people/0198f1c2-0000-7000-8000-000000000000/").content
    assert foreign == absent


def test_it_tells_times_in_utc(world: World) -> None:
    with world.opened():
        make.person()
    (row,) = world.api(world.alice).get("people/").json()["results"]
    assert row["created_at"] == "2026-11-20T09:30:00Z"


def test_it_ignores_what_the_accept_header_hopes_for(world: World) -> None:
    api = world.api(world.alice)
    for kind in ("text/html", "message/rfc822", "x" * 9000):
        answer = api.client.get("/api/v1/me", headers={**api.headers, "Accept": kind})
        assert answer["Content-Type"] == "application/json"
        json.loads(answer.content)
