"""Lists are walked page by page, and what comes meanwhile shifts nothing."""

from typing import Any

from crm.fields.models import Label
from tests import make
from tests.world import Api, World


def names(page: dict[str, Any]) -> list[str]:
    return [row["name"] for row in page["results"]]


def follow(api: Api, url: str) -> dict[str, Any]:
    assert url.startswith("http://localhost")
    answer: dict[str, Any] = api.get(url.partition("/api/v1/")[2]).json()
    return answer


def test_it_walks_forth_and_back(world: World) -> None:
    with world.opened():
        for letter in "ABCDE":
            make.person(letter)
    api = world.api(world.alice)
    first = api.get("people/", limit=2).json()
    assert (names(first), first["previous"]) == (["E", "D"], None)
    with world.opened():
        make.person("F")
    second = follow(api, first["next"])
    assert names(second) == ["C", "B"]
    third = follow(api, second["next"])
    assert (names(third), third["next"]) == (["A"], None)
    back = follow(api, third["previous"])
    assert names(back) == ["C", "B"]
    start = follow(api, back["previous"])
    assert names(start) == ["E", "D"]
    assert names(follow(api, start["previous"])) == ["F"]
    assert names(follow(api, back["next"])) == ["A"]


def test_it_walks_rows_of_the_same_time(world: World) -> None:
    with world.opened():
        for letter in "ABCDE":
            make.person(letter)
    api = world.api(world.alice)
    page = api.get("people/", limit=2, updated_since="2026-11-20T09:30:00Z").json()
    found = names(page)
    while page["next"]:
        page = follow(api, page["next"])
        found += names(page)
    assert found == list("ABCDE")
    assert api.get("people/", updated_since="2026-11-20T09:30:01Z").json()["results"] == []


def test_it_takes_a_cursor_back_only_where_it_was_given(world: World) -> None:
    with world.opened():
        for letter in "ABC":
            make.person(letter)
    alice = world.api(world.alice)
    there = alice.get("people/", limit=1).json()["next"].partition("/api/v1/")[2]
    assert world.api(world.charlie).get(there).status_code == 404
    assert alice.get(there.replace("cursor=", "cursor=x")).status_code == 404
    assert alice.get(f"{there}&updated_since=2026-01-01T00:00:00Z").status_code == 404


def test_it_answers_an_empty_list(world: World) -> None:
    empty: dict[str, Any] = {"results": [], "next": None, "previous": None}
    api = world.api(world.charlie)
    for path in ("people", "threads", "messages", "mailboxes", "ledger", "drafts", "outbox"):
        assert api.get(f"{path}/").json() == empty


def test_it_finds_what_has_a_name_by_a_part_of_it(world: World) -> None:
    with world.opened():
        for name in ("Sales 100%", "Renewals"):
            make.pipeline(name)
            make.mail_label(name)
            make.mail_template(world.alice, name=name)
            Label.objects.create(kind="person", name=name)
            Label.objects.create(kind="deal", name=name)
    api = world.api(world.alice)

    def found(path: str, **asked: str) -> list[str]:
        return names(api.get(f"{path}/", **asked).json())

    for path in ("pipelines", "mail_labels", "mail_templates"):
        assert found(path, q="renew") == ["Renewals"], path
        assert found(path, q="%") == ["Sales 100%"], path
        assert len(found(path, q="")) == 2
    assert found("labels", q="RENEW", kind="deal") == ["Renewals"]
    assert found("labels", q="renew") == ["Renewals"] * 2
    stages = found("stages")
    assert found("stages", q=stages[0]) and found("stages", q="no such stage") == []
    assert world.api(world.charlie).get("pipelines/", q="e").json()["results"] == []
