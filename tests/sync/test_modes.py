"""A mailbox changes its mode: told before, done whole, refused without a trace."""

from typing import Any

import pytest

from crm.workspaces import actions as members
from crm.workspaces.models import Membership, Role, TeamMember, Workspace
from inbox.actions import assigning
from inbox.models import Draft, Mailbox, MailboxThread, ThreadUnread
from inbox.queries import access, workers
from tests import make
from tests.inbox.post import deliver, mail, mailbox
from tests.inbox.team import SALES, team_mailbox
from tests.unchanged import unchanged
from tests.world import NOW, World

OWEN = "Owen <owen@brightmoor.test>"
HERE = "/acme/settings/mailboxes"


def third(world: World) -> Membership:
    """Dora, who works at Acme as well."""
    user = members.create_user(email="dora@acme.test", password="correct horse 12", name="Dora")
    return members.add_member(workspace=world.acme, user=user, role=Role.MEMBER, at=NOW)


def reads(world: World, member: Membership, box: Mailbox) -> int:
    with world.opened():
        return access.messages(member).filter(mailbox=box).count()


def test_it_makes_a_personal_mailbox_a_teams_after_telling(world: World) -> None:
    with world.opened():
        box = mailbox(world.alice, SALES)
        rows = deliver(
            box, mail(OWEN, SALES, "Pilot", id="1@x"), mail(OWEN, SALES, "Two", id="2@x")
        )
        MailboxThread.objects.filter(thread=rows[1].thread).update(visibility="shared")
        draft = make.draft(box, world.alice)
        shared = rows[1].thread_id
    alice, bob = world.browser(world.alice), world.browser(world.bob)
    with unchanged(world):
        page = alice.get(f"{HERE}/{box.uid}/mode/")
    effect = page.context["effect"]
    assert (effect.threads, effect.drafts, effect.kept) == (2, 1, 0)
    assert "2 conversations are read by all who work in it" in page.text
    assert "1 draft is written together" in page.text
    assert reads(world, world.bob, box) == 0
    chosen = {"members": [str(world.alice.uid), str(world.bob.uid)]}
    done = alice.post(f"{HERE}/{box.uid}/mode/", chosen, follow=True)
    assert f"{SALES} is a team’s mailbox now." in done.text and "Became a team’s" in done.text
    with world.opened():
        box.refresh_from_db()
        assert (box.kind, box.owner_id, box.visibility) == ("team", None, "team")
        assert workers.ids([box.pk]) == {world.alice.pk, world.bob.pk}
        kept = dict(MailboxThread.objects.values_list("thread", "visibility"))
        assert kept.pop(shared) == "shared" and set(kept.values()) == {"team"}
    assert reads(world, world.bob, box) == 2
    assert bob.get(f"/acme/inbox/compose/?draft={draft.uid}").status_code == 200


def test_it_gives_a_teams_mailbox_to_one_of_its_members(world: World) -> None:
    with world.opened():
        box = team_mailbox(world)
        rows = deliver(
            box, mail(OWEN, SALES, "Pilot", id="1@x"), mail(OWEN, SALES, "Two", id="2@x")
        )
        one = rows[0].thread
        assigning.assign(threads=[one], to=world.bob, by=world.alice, at=NOW)
        make.draft(box, world.bob)
    alice, bob = world.browser(world.alice), world.browser(world.bob)
    alice.get(f"/acme/inbox/t/{one.uid}/")
    alice.post("/acme/inbox/triage/", {"verb": "read", "thread": [str(one.uid)]})
    with world.opened():
        assert ThreadUnread.objects.filter(member=world.bob).exists()
    page = alice.get(f"{HERE}/{box.uid}/mode/")
    effect = page.context["effect"]
    assert (effect.threads, effect.assigned, effect.drafts) == (2, 1, 1)
    assert "2 conversations go out of the others’ sight" in page.text
    done = alice.post(f"{HERE}/{box.uid}/mode/", {"owner": str(world.bob.uid)}, follow=True)
    assert f"{SALES} is the own mailbox of Bob Lindqvist now." in done.text
    with world.opened():
        box.refresh_from_db()
        assert (box.kind, box.owner_id, box.visibility) == ("personal", world.bob.pk, "private")
        entries = {entry.thread_id: entry for entry in MailboxThread.objects.all()}
        assert {entry.visibility for entry in entries.values()} == {"private"}
        assert {entry.assignee_id for entry in entries.values()} == {None}
        # He had not read it himself
        assert entries[one.pk].unread_count == 1 and not ThreadUnread.objects.exists()
        assert Draft.objects.get().author_id == world.bob.pk
    assert (reads(world, world.alice, box), reads(world, world.bob, box)) == (0, 2)
    assert alice.get(f"/acme/inbox/t/{one.uid}/").status_code == 404
    assert bob.get(f"/acme/inbox/t/{one.uid}/").status_code == 200


def test_it_takes_no_secrets_along_unless_that_was_said(world: World) -> None:
    with world.opened():
        box = mailbox(world.alice, SALES)
        deliver(
            box, mail("no-reply@bank.test", SALES, "Code", "Your sign-in code is 443 221", id="1@x")
        )
        assert MailboxThread.objects.exclude(sensitive="").count() == 1
    alice, api = world.browser(world.alice), world.api(world.alice)
    chosen = {"members": [str(world.bob.uid)]}
    path = f"mailboxes/{box.uid}/mode/"
    with unchanged(world):
        assert api.get(path).json()["kept"] == 1
        refused = alice.post(f"{HERE}/{box.uid}/mode/", chosen)
        assert refused.status_code == 422 and "comes along, or delete it first" in refused.text
        told = api.post(path, {"kind": "team", **chosen})
        assert told.status_code == 400 and "with_secrets" in told.text
    said = api.post(path, {"kind": "team", "with_secrets": True, **chosen})
    assert said.status_code == 200 and said.json()["kind"] == "team"
    assert reads(world, world.bob, box) == 1 and reads(world, world.alice, box) == 0


def test_it_gives_a_mailbox_to_teams_over_rest(world: World) -> None:
    """Whoever is in the team works there, now or later; a foreign team is nobody's."""
    dora = third(world)
    with world.opened():
        boxes = [mailbox(world.alice, SALES), mailbox(world.alice, "two@acme.test")]
        team = make.team("Field", world.bob)
        for box in boxes:
            deliver(box, mail(OWEN, box.address, "Pilot", id=f"{box.pk}@x"))
    with world.opened(world.globex):
        foreign = make.team("Theirs", world.charlie)
    api = world.api(world.alice)
    asked: dict[str, Any] = {"kind": "team", "teams": [str(team.uid)]}
    with unchanged(world):
        for uid in (str(foreign.uid), "nonsense"):
            refused = api.post(f"mailboxes/{boxes[0].uid}/mode/", {"kind": "team", "teams": [uid]})
            assert refused.status_code == 404
            assert refused.json()["errors"][0]["field"] == "teams[0]"
    assert api.post(f"mailboxes/{boxes[0].uid}/mode/", asked).json()["kind"] == "team"
    asked["members"] = [str(world.alice.uid)]
    assert api.post(f"mailboxes/{boxes[1].uid}/mode/", asked).status_code == 200
    assert [reads(world, world.bob, box) for box in boxes] == [1, 1]
    assert [reads(world, world.alice, box) for box in boxes] == [0, 1]
    with world.opened():
        TeamMember.objects.create(team=team, member=dora)
    assert [reads(world, dora, box) for box in boxes] == [1, 1]


def refusals(world: World) -> list[Any]:
    """Who may not, and what cannot be: (member, mailbox, body, status of REST)."""
    dora = third(world)
    team = {"kind": "team", "members": [str(world.bob.uid)]}
    with world.opened():
        hers = mailbox(world.alice, "alice@acme.test")
        his = mailbox(world.bob, "bob@acme.test")
        both = team_mailbox(world)
    return [
        (world.bob, his, team, 403),
        (world.bob, hers, team, 404),
        (world.charlie, hers, team, 404),
        (world.bob, both, {"kind": "personal", "owner": str(world.bob.uid)}, 403),
        (dora, both, {"kind": "personal", "owner": str(dora.uid)}, 404),
        (world.charlie, both, {"kind": "personal"}, 404),
        (world.alice, both, {"kind": "personal", "owner": str(dora.uid)}, 400),
        (world.alice, both, {"kind": "personal", "owner": str(world.charlie.uid)}, 404),
        (world.alice, both, team, 400),
        (world.alice, hers, {"kind": "personal"}, 400),
        (world.alice, hers, {"kind": "team", "members": []}, 400),
    ]


def test_it_refuses_without_a_trace(world: World) -> None:
    wrong = refusals(world)
    apis = {member: world.api(member) for member, *_rest in wrong}
    browsers = {member: world.browser(member) for member in apis}
    for member, box, body, status in wrong:
        slug = "globex" if member == world.charlie else "acme"
        with unchanged(world):
            answer = apis[member].post(f"mailboxes/{box.uid}/mode/", body)
            assert answer.status_code == status, (member, body, answer.text)
            url = f"/{slug}/settings/mailboxes/{box.uid}/mode/"
            page = browsers[member].post(url, {**body, "owner": body.get("owner", "")})
            assert page.status_code in (403, 404, 422), (member, body)


@pytest.mark.parametrize("wanted", ["team", "personal"])
def test_it_keeps_to_the_kinds_the_workspace_wants(world: World, wanted: str) -> None:
    Workspace.objects.using("system").filter(pk=world.acme.pk).update(mailbox_kinds=wanted)
    with world.opened():
        team = wanted == "personal"
        box = mailbox(world.alice, SALES) if team else team_mailbox(world)
    body: dict[str, Any] = {"kind": "team", "members": [str(world.bob.uid)]}
    body = body if team else {"kind": "personal"}
    api = world.api(world.alice)
    with unchanged(world):
        refused = api.post(f"mailboxes/{box.uid}/mode/", body)
    assert refused.status_code == 400 and f"{wanted} mailboxes only" in refused.text
