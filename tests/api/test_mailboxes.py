"""Connecting a mailbox, seeing how it goes, changing it and letting it go."""

from typing import Any

import pytest

from inbox.models import Mailbox
from sync.models import Connection, Schedule
from tests import make
from tests.unchanged import unchanged
from tests.world import World

ASKED: dict[str, Any] = {
    "address": "alice@acme.test",
    "provider": "imap",
    "kind": "personal",
    "imap_host": "imap.acme.test",
    "imap_port": 993,
    "imap_security": "tls",
    "smtp_host": "smtp.acme.test",
    "smtp_port": 465,
    "smtp_security": "tls",
    "username": "alice@acme.test",
    "password": "an app password",
    "sync_from": None,
    "folders": None,
    "visibility": "private",
}


def test_it_connects_a_mailbox(world: World) -> None:
    api = world.api(world.alice)
    answer = api.post("mailboxes/", ASKED)
    assert answer.status_code == 201, answer.content
    told = answer.json()
    assert (told["state"], told["address"]) == ("connecting", "alice@acme.test")
    assert told["counts"] == dict.fromkeys(
        ("listed", "imported", "skipped", "duplicate", "failed", "pending"), 0
    )
    assert "password" not in told
    assert api.get(f"mailboxes/{told['id']}/").json() == told
    assert api.get("mailboxes/").json()["results"] == [told]
    with world.opened():
        assert bytes(Connection.objects.get().password) != b"an app password"


def test_it_fills_in_usual_ports_and_the_user_name(world: World) -> None:
    least = {key: ASKED[key] for key in ("address", "imap_host", "smtp_host", "password")}
    told = world.api(world.alice).post("mailboxes/", least).json()
    assert (told["imap_port"], told["smtp_port"]) == (993, 465)
    assert told["username"] == "alice@acme.test"
    plain = least | {"address": "b@acme.test", "imap_security": "none", "smtp_security": "starttls"}
    told = world.api(world.alice).post("mailboxes/", plain).json()
    assert (told["imap_port"], told["smtp_port"]) == (143, 587)
    with world.opened():
        allowed = dict(Connection.objects.values_list("username", "allows_plain"))
        assert allowed == {"alice@acme.test": False, "b@acme.test": True}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"address": "alice"}, "address"),
        ({"provider": "gmail"}, "provider"),
        ({"imap_port": 0}, "imap_port"),
        ({"imap_port": 70000}, "imap_port"),
        ({"imap_port": "993"}, "imap_port"),
        ({"imap_security": "ssl"}, "imap_security"),
        ({"imap_host": "mail server"}, "imap_host"),
        ({"imap_host": "mail\r\nserver"}, "imap_host"),
        ({"sync_from": "yesterday"}, "sync_from"),
        ({"folders": "INBOX"}, "folders"),
        ({"visibility": "public"}, "visibility"),
        ({"password": None}, "password"),
        ({"nonsense": 1}, "nonsense"),
    ],
)
def test_it_names_what_is_wrong_with_a_mailbox(
    world: World, change: dict[str, Any], field: str
) -> None:
    answer = world.api(world.alice).post("mailboxes/", ASKED | change)
    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    with world.opened():
        assert not Mailbox.objects.exists()


def test_it_connects_an_address_once(world: World) -> None:
    api = world.api(world.alice)
    api.post("mailboxes/", ASKED)
    assert api.post("mailboxes/", ASKED | {"address": "Alice@Acme.test"}).status_code == 409


def test_it_lets_leads_connect_a_team_mailbox(world: World) -> None:
    asked = ASKED | {"address": "sales@acme.test", "kind": "team"}
    assert world.api(world.bob).post("mailboxes/", asked).status_code == 403
    alice = world.api(world.alice)
    told = alice.post("mailboxes/", asked | {"members": [str(world.bob.uid)]}).json()
    assert (told["visibility"], told["owner"]) == ("team", None)
    assert world.api(world.bob).get(f"mailboxes/{told['id']}/").status_code == 200
    with world.opened():
        team = make.team("Field", world.bob)
    given = asked | {"address": "field@acme.test", "teams": [str(team.uid)]}
    told = alice.post("mailboxes/", given).json()
    assert world.api(world.bob).get(f"mailboxes/{told['id']}/").status_code == 200
    foreign = asked | {"address": "x@acme.test", "members": [str(world.charlie.uid)]}
    answer = alice.post("mailboxes/", foreign)
    assert answer.status_code == 404
    assert answer.json()["errors"][0]["field"] == "members[0]"


def test_it_hides_a_colleagues_mailbox(world: World) -> None:
    with world.opened():
        box = make.mailbox(world.alice)
        make.connection(box)
    bob = world.api(world.bob)
    assert bob.get("mailboxes/").json()["results"] == []
    assert bob.get(f"mailboxes/{box.uid}/").status_code == 404
    assert bob.patch(f"mailboxes/{box.uid}/", {"paused": True}).status_code == 404
    assert bob.delete(f"mailboxes/{box.uid}/").status_code == 404
    for call in ("sync", "test"):
        assert bob.post(f"mailboxes/{box.uid}/{call}/").status_code == 404
    with world.opened():
        assert Mailbox.objects.get().state == "active"


def test_it_counts_what_became_of_the_mail(world: World) -> None:
    with world.opened():
        box = make.mailbox(world.alice)
        place = make.folder(box)
        for decision in ("imported", "imported", "skipped", "failed", "pending"):
            make.listed(place, decision=decision)
    counts = world.api(world.alice).get(f"mailboxes/{box.uid}/").json()["counts"]
    assert counts == {
        "listed": 5,
        "imported": 2,
        "skipped": 1,
        "duplicate": 0,
        "failed": 1,
        "pending": 1,
    }


def test_it_says_why_a_mailbox_stands_still_and_what_to_do(world: World) -> None:
    with world.opened():
        box = make.mailbox(world.alice, state="needs_reauth", state_reason="auth.refused")
    told = world.api(world.alice).get(f"mailboxes/{box.uid}/").json()
    assert told["state_reason"] == "auth.refused"
    assert told["state_text"] and told["remedy"]


def test_it_changes_options_servers_and_password(world: World) -> None:
    with world.opened():
        box = make.mailbox(world.alice)
        make.connection(box)
    api = world.api(world.alice)
    told = api.patch(
        f"mailboxes/{box.uid}/",
        {"name": "Work", "visibility": "shared", "imap_port": 143, "folders": ["A"]},
    ).json()
    assert (told["name"], told["visibility"]) == ("Work", "shared")
    assert (told["imap_port"], told["smtp_host"]) == (143, "127.0.0.1")
    assert told["folders"] == ["A"]
    assert api.patch(f"mailboxes/{box.uid}/", {"paused": True}).json()["state"] == "paused"
    assert api.patch(f"mailboxes/{box.uid}/", {"paused": False}).json()["state"] == "connecting"
    with world.opened():
        before = bytes(Connection.objects.get().password)
    api.patch(f"mailboxes/{box.uid}/", {"password": "another"})
    with world.opened():
        assert bytes(Connection.objects.get().password) != before


@pytest.mark.parametrize("change", [{"imap_host": "evil.test"}, {"smtp_security": "none"}])
def test_it_sends_a_kept_password_nowhere_else(world: World, change: dict[str, str]) -> None:
    with world.opened():
        box = make.mailbox(world.alice)
        make.connection(box)
    api = world.api(world.alice)
    answer = api.patch(f"mailboxes/{box.uid}/", change)
    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == ["password"]
    with world.opened():
        assert Connection.objects.get().imap_host == "127.0.0.1"
    assert api.patch(f"mailboxes/{box.uid}/", change | {"password": "new"}).status_code == 200


def test_it_leaves_a_teams_mailbox_to_its_leads(world: World) -> None:
    with world.opened():
        box = make.team_mailbox(world.alice, world.bob)
        make.connection(box)
    bob = world.api(world.bob)
    assert bob.patch(f"mailboxes/{box.uid}/", {"name": "Bob's"}).status_code == 403
    assert bob.delete(f"mailboxes/{box.uid}/").status_code == 403
    with world.opened():
        box.refresh_from_db()
        assert (box.state, box.name, Connection.objects.count()) == ("active", "", 1)
    assert world.api(world.alice).patch(f"mailboxes/{box.uid}/", {"name": "Us"}).status_code == 200


def test_it_makes_a_mailbox_due_now(world: World) -> None:
    with world.opened():
        box = make.mailbox(world.alice)
        make.connection(box)
        Schedule.objects.update(due_at="2099-01-01T00:00:00Z")
    assert world.api(world.alice).post(f"mailboxes/{box.uid}/sync/").status_code == 202
    with world.opened():
        assert Schedule.objects.get(lane="in").due_at.year < 2099


def test_it_forgets_a_mailbox_and_keeps_the_mail(world: World) -> None:
    with world.opened():
        box = make.mailbox(world.alice)
        make.connection(box)
        make.message(box)
    api = world.api(world.alice)
    assert api.delete(f"mailboxes/{box.uid}/").status_code == 204
    assert api.get(f"mailboxes/{box.uid}/").status_code == 404
    with world.opened():
        assert not Connection.objects.exists()
        assert Mailbox.objects.get().messages.count() == 1


def test_it_tries_each_step_and_names_the_one_that_fails(world: World) -> None:
    with world.opened():
        box = make.mailbox(world.alice)
        make.connection(box, imap_port=1, smtp_port=1)
    answer = world.api(world.alice).post(f"mailboxes/{box.uid}/test/")
    told = answer.json()
    assert (answer.status_code, told["ok"]) == (200, False)
    steps = {step["name"]: step for step in told["steps"]}
    assert steps["imap.name"]["ok"] is True
    assert steps["imap.connect"]["ok"] is False and steps["imap.connect"]["remedy"]
    assert steps["imap.sign_in"]["ok"] is None


def test_it_says_who_works_in_a_teams_mailbox(world: World) -> None:
    with world.opened():
        box, own = make.team_mailbox(world.alice), make.mailbox(world.alice)
        make.connection(box)
        make.connection(own)
        team = make.team("Sales", world.bob)
    api, bob = world.api(world.alice), world.api(world.bob)
    alices, bobs, path = str(world.alice.uid), str(world.bob.uid), f"mailboxes/{box.uid}/"
    assert api.get(path).json()["members"] == [alices]
    assert bob.get(path).status_code == 404
    assert api.get(f"{path}workers/").json() == {"members": [alices], "teams": []}
    told = api.patch(f"{path}workers/", {"members": [alices, bobs]}).json()
    assert (told["members"], told["teams"]) == ([alices, bobs], [])
    assert bob.get(path).status_code == 200
    told = api.patch(f"{path}workers/", {"teams": [str(team.uid)], "members": [alices]}).json()
    assert (told["members"], told["teams"]) == ([alices], [str(team.uid)])
    with unchanged(world):
        assert bob.patch(f"{path}workers/", {"members": [bobs]}).status_code == 403
        assert api.patch(f"{path}workers/", {"members": [], "teams": []}).status_code == 400
        assert (
            api.patch(f"{path}workers/", {"members": [str(world.charlie.uid)]}).status_code == 404
        )
        refused = api.patch(f"mailboxes/{own.uid}/workers/", {"members": [bobs]})
        assert refused.status_code == 409 and "Change its mode" in refused.json()["detail"]
    # Whoever names only others gets the answer, and nothing after it
    assert api.patch(f"{path}workers/", {"members": [bobs], "teams": []}).json()["members"] == [
        bobs
    ]
    assert api.get(path).status_code == 404
