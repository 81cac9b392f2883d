"""Whose token it is, and the house it opens."""

from datetime import timedelta

from django.test import Client

from crm.workspaces import actions
from crm.workspaces.models import ApiToken, Team
from tests import make
from tests.world import NOW, Api, World


def test_it_tells_whose_token_it_is(world: World) -> None:
    answer = world.api(world.alice, ("mail:read",)).get("me").json()
    assert answer["user"] == {
        "id": str(world.alice.user.uid),
        "email": "alice@acme.test",
        "name": "Alice Moreira",
    }
    assert answer["workspace"] == {"id": str(world.acme.uid), "slug": "acme", "name": "Acme"}
    assert (answer["role"], answer["scopes"]) == ("owner", ["mail:read"])


def test_it_answers_with_a_slash_as_well(world: World) -> None:
    assert world.api(world.alice).get("me/").status_code == 200


def test_it_keeps_only_the_hash_of_a_token(world: World) -> None:
    token, secret = actions.issue_token(member=world.alice, name="x", scopes=[], at=NOW)
    stored = ApiToken.objects.get(pk=token.pk)
    assert secret.encode() not in bytes(stored.token_hash)
    assert secret not in str(vars(stored))


def test_it_refuses_whoever_has_no_living_token(world: World) -> None:
    token, secret = actions.issue_token(member=world.bob, name="x", scopes=[], at=NOW)
    assert Api(secret).get("me").status_code == 200
    actions.revoke_token(token=token, at=NOW)
    old = NOW - timedelta(days=1)
    _token, over = actions.issue_token(
        member=world.bob, name="y", scopes=[], at=NOW, expires_at=old
    )
    for dead in (secret, over, "fio_nothing", ""):
        answer = Api(dead).get("me")
        assert answer.status_code == 401
        assert answer["WWW-Authenticate"].startswith("Bearer")
        assert answer["Content-Type"] == "application/problem+json"
        assert answer.json()["status"] == 401
        assert "unknown, expired or revoked" in answer.json()["detail"]
    assert "not provided" in Client().get("/api/v1/me").json()["detail"]


def test_it_refuses_the_token_of_a_member_who_left(world: World) -> None:
    api = world.api(world.bob)
    world.bob.is_active = False
    world.bob.save(using="system")
    assert api.get("me").status_code == 401


def test_it_renames_the_workspace_for_its_owner_only(world: World) -> None:
    assert world.api(world.bob).patch("workspace/", {"name": "Bobs"}).status_code == 403
    assert world.api(world.alice).get("workspace/").json()["name"] == "Acme"
    answer = world.api(world.alice).patch("workspace/", {"name": "Acme & Co"})
    assert answer.json()["name"] == "Acme & Co"
    assert world.api(world.alice).patch("workspace/", {"slug": "x"}).status_code == 400


def test_it_lists_the_members_of_this_workspace(world: World) -> None:
    api = world.api(world.bob)
    rows = api.get("members/").json()["results"]
    assert [row["name"] for row in rows] == ["Alice Moreira", "Bob Lindqvist"]
    assert api.get(f"members/{rows[0]['id']}/").json()["role"] == "owner"
    assert api.get(f"members/{world.charlie.uid}/").status_code == 404


def test_it_lists_the_teams_of_this_workspace(world: World) -> None:
    with world.opened():
        field = make.team("Field", world.bob)
        inner = make.team("Inner", world.bob, world.alice)
        Team.objects.filter(pk=inner.pk).update(parent=field)
    with world.opened(world.globex):
        theirs = make.team("Theirs", world.charlie)
    api = world.api(world.bob)
    rows = api.get("teams/").json()["results"]
    assert [(row["name"], row["parent"], row["members"]) for row in rows] == [
        ("Field", None, [str(world.bob.uid)]),
        ("Inner", str(field.uid), [str(world.bob.uid), str(world.alice.uid)]),
    ]
    assert api.get(f"teams/{field.uid}/").json()["name"] == "Field"
    assert api.get(f"teams/{theirs.uid}/").status_code == 404


def test_it_shows_and_revokes_ones_own_tokens_without_their_secrets(world: World) -> None:
    alice, bob = world.api(world.alice), world.api(world.bob)
    (mine,) = alice.get("tokens/").json()["results"]
    assert "token" not in mine and "secret" not in mine
    assert bob.delete(f"tokens/{mine['id']}/").status_code == 404
    assert alice.delete(f"tokens/{mine['id']}/").status_code == 204
    assert alice.get("me").status_code == 401
