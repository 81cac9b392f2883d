"""Charlie of Globex, with every operation there is and the ids of Acme."""

import pytest
from django.db.models import Manager

from crm.workspaces import tenancy, tokens
from crm.workspaces.models import ApiToken
from tests.api import operations
from tests.api.population import fingerprint, populate
from tests.world import World

REFUSED = {400, 403, 404, 422}


@pytest.fixture(params=["both walls", "the second wall alone"])
def walls(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "the second wall alone":
        monkeypatch.setattr(tenancy.WalledManager, "get_queryset", Manager.get_queryset)


def test_it_tells_a_stranger_nothing_and_lets_him_change_nothing(
    world: World, walls: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.api(world.alice)
    api = world.api(world.charlie)
    own, foreign = populate(world, world.charlie), populate(world, world.alice)
    everything = operations.every(own)
    before, answers = fingerprint(world.acme.pk), {}
    for each in everything:
        if "{id}" in each.path:
            answers[f"{each} path"] = each.ask(api, each.at(foreign))
        for name, kind in each.queries.items():
            for uid in foreign.ids[kind]:
                answers[f"{each} ?{name}="] = api.get(f"{each.at(own)}?{name}={uid}")
        for place, body in each.bodies(foreign):
            answers[f"{each} {place}"] = each.ask(api, each.at(own), body)
    wrong = {key: got.status_code for key, got in answers.items() if got.status_code not in REFUSED}
    assert not wrong
    assert len(answers) > 50
    told = b" ".join(got.content for got in answers.values())
    assert b"anary" not in told
    assert not [uid for uid in foreign if uid.encode() in told]
    assert fingerprint(world.acme.pk) == before


def test_it_shows_a_stranger_none_of_the_rows_in_any_list(world: World, walls: None) -> None:
    world.api(world.alice)
    foreign = populate(world, world.alice)
    api = world.api(world.charlie)
    own = populate(world, world.charlie)
    for each in operations.every(own):
        if each.method == "GET" and "tokens" not in each.path:
            content = api.get(each.at(own)).content
            assert not [uid for uid in foreign if uid.encode() in content], each


def test_it_hides_the_rows_of_a_colleague_alike(world: World) -> None:
    world.api(world.alice)
    foreign = populate(world, world.alice)
    shared = {"people", "members", "organizations", "deals", "pipelines", "stages", "labels"}
    shared |= {"lost_reasons", "currencies", "fields", "mail_labels", "suppressions", "teams"}
    shared |= {"leads", "boards", "phases", "projects", "project_tasks"}
    shared |= {"project_templates", "duplicates"}
    shared |= {"activities", "activity_types", "notes", "files"}
    api = world.api(world.bob)
    before = fingerprint(world.acme.pk)
    for each in operations.every(foreign):
        noun = each.path.removeprefix("/api/v1/").split("/")[0]
        if "{id}" in each.path and noun not in shared:
            assert each.ask(api, each.at(foreign)).status_code == 404, each
    assert fingerprint(world.acme.pk) == before


def test_it_asks_every_operation_for_its_scope(world: World) -> None:
    api = world.api(world.alice)
    known = populate(world, world.alice)
    everything = operations.every(known)
    lacking = {
        scope: world.api(world.alice, tuple(set(tokens.SCOPES) - {scope}))
        for scope in tokens.SCOPES
    }
    before = fingerprint(world.acme.pk)
    for each in everything:
        if each.scope is None:
            assert each.path == "/api/v1/me"
            continue
        answer = each.ask(lacking[each.scope], each.at(known))
        assert answer.status_code == 403, each
        assert each.scope in answer.json()["detail"]
    assert fingerprint(world.acme.pk) == before
    assert api.get("me").status_code == 200


def test_it_asks_every_operation_for_a_token(world: World) -> None:
    api = world.api(world.alice)
    known = populate(world, world.alice)
    api.headers = {"Authorization": "Bearer fio_none"}
    for each in operations.every(known):
        assert each.ask(api, each.at(known)).status_code == 401, each


# What can be done only in one state of things
STATEFUL = (
    "/import/",
    "/cancel/",
    "/bulk/",
    "/removal/",
    "/assign/",
    "/workers/",
    "/decide/",
    "/merge/",
    "/unmerge/",
    "/split/",
    "/convert/",
    "/from_deal/",
    "/imports/{id}/",
    "/sweeps/",
    "/run/",
    "/stop/",
    "/trial/",
    "/undo/",
    "/exports/",
    "/exports/{id}/content/",
    "/closing/",
    "/policy/",
    "/transfers/",
    "/return/",
    "/task_restoration/",
    "/drafts/{id}/send/",
    "/mode/",
)


def test_it_does_what_a_request_of_ones_own_asks(world: World) -> None:
    """The requests of the walk are right ones: with ids of one's own they work."""
    api = world.api(world.alice)
    known = populate(world, world.alice)
    codes = {}
    for each in sorted(operations.every(known), key=lambda each: each.method):
        if each.method != "DELETE" and not each.path.endswith(STATEFUL):
            codes[str(each)] = each.ask(api, each.at(known)).status_code
    wrong = {key: code for key, code in codes.items() if code >= 300}
    assert wrong == {}, str(wrong)
    assert ApiToken.objects.using("system").count() == 1
