"""A team writes together: what one begins another goes on with, and nothing is overwritten."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from inbox.models import Draft, MailboxMember, Outgoing, Upload
from inbox.queries import blobs
from tests import make
from tests.inbox.post import deliver, mail, mailbox
from tests.inbox.team import SALES, team_mailbox
from tests.inbox.test_live import Page, heard, server
from tests.unchanged import unchanged
from tests.world import World

__all__ = ["server"]

OWEN = "Owen <owen@brightmoor.test>"
ONE = "01a20561-0000-7000-8000-000000000001"
TWO = "01a20561-0000-7000-8000-000000000002"
HTMX = {"HX-Request": "true"}


def said(box: Any, html: str, version: int = 0, row: Any = None, **more: Any) -> dict[str, Any]:
    """What the composer says, of an answer or of a new mail."""
    kind = {"kind": "reply", "answers": str(row.uid)} if row is not None else {"kind": "new"}
    to = {"mailbox": str(box.uid), "to": "owen@brightmoor.test", "subject": "Pilot"}
    return kind | to | {"html": f"<p>{html}</p>", "version": str(version)} | more


def test_it_shows_a_draft_to_the_team_and_lets_another_go_on(world: World) -> None:
    with world.opened():
        box = team_mailbox(world)
        (row,) = deliver(box, mail(OWEN, SALES, "Pilot", id="1@x"))
        url = f"/acme/inbox/t/{row.thread.uid}/"
    alice, bob = world.browser(world.alice), world.browser(world.bob)
    saved = bob.post(f"/acme/inbox/drafts/{ONE}/", said(box, "Tuesday.", row=row))
    assert saved.json()["version"] == 1

    # Alice sees it in the conversation, in the list of drafts and in its number
    page = alice.get(url)
    assert [each.name for each in page.context["begun"]] == ["Bob Lindqvist"]
    assert "Bob Lindqvist’s draft" in page.text and page.context["dock"].draft is None
    part = alice.get(f"{url}drafts/", headers=HTMX)
    assert "Bob Lindqvist’s draft" in part.text and "Tuesday." in part.text
    listed = alice.get("/acme/inbox/drafts/")
    assert [each.whose.name for each in listed.context["drafts"]] == ["Bob Lindqvist"]
    assert listed.context["side"].counts["drafts"] == 1
    assert bob.get(url).context["begun"] == []

    # Opening changes nothing; the first change makes it hers
    with unchanged(world):
        shown = alice.get(f"/acme/inbox/composer/?draft={ONE}", headers=HTMX)
    assert shown.context["composer"].whose.name == "Bob Lindqvist"
    assert "It becomes yours with your first change." in shown.text
    gone_on = alice.post(f"/acme/inbox/drafts/{ONE}/", said(box, "Wednesday.", 1, row))
    assert gone_on.json()["version"] == 2
    with world.opened():
        draft = Draft.objects.get()
        assert draft.author_id == world.alice.pk and "Wednesday." in draft.html

    # Bob, who still has it open, is told by whom, and nothing is overwritten
    with unchanged(world):
        late = bob.post(f"/acme/inbox/drafts/{ONE}/", said(box, "Thursday.", 1, row))
        sent = bob.post(f"/acme/inbox/drafts/{ONE}/send/", said(box, "Thursday.", 1, row))
    assert late.status_code == sent.status_code == 409
    assert late.json() == sent.json() == {"version": 2, "name": "Alice Moreira"}

    # What he wrote goes on as a draft of his own
    kept = bob.post(f"/acme/inbox/drafts/{TWO}/", said(box, "Thursday.", 0, row))
    assert kept.status_code == 200
    assert [each.name for each in bob.get(url).context["begun"]] == ["Alice Moreira"]
    assert [each.name for each in alice.get(url).context["begun"]] == ["Bob Lindqvist"]

    # Whoever sends it is its author
    sent = bob.post(f"/acme/inbox/drafts/{ONE}/send/", {"version": "2"})
    assert sent.status_code == 200
    with world.opened():
        out = Outgoing.objects.get()
        assert out.author_id == world.bob.pk and b"Wednesday." in blobs.data(out.blob_id)
    # The outbox of the team is everybody's: Alice stops it, and both have the draft again
    assert "Bob Lindqvist to owen@brightmoor.test" in alice.get("/acme/inbox/outbox/").text
    stopped = alice.post(f"/acme/inbox/outbox/{out.uid}/", {"verb": "cancel"}, headers=HTMX)
    assert stopped.status_code == 200
    assert len(alice.get("/acme/inbox/drafts/").context["drafts"]) == 2
    assert len(bob.get("/acme/inbox/drafts/").context["drafts"]) == 2


def test_it_tells_the_team_at_once_and_nobody_else(world: World, server: int) -> None:
    with world.opened():
        box = team_mailbox(world)
        (row,) = deliver(box, mail(OWEN, SALES, "Pilot", id="1@x"))
        topic = {"topic": f"drafts:{row.thread.uid}"}
        own = mailbox(world.bob, "bob@acme.test")
    alice = Page(server, world.browser(world.alice))
    charlie = Page(server, world.browser(world.charlie), "globex")
    bob = world.browser(world.bob)
    bob.post(f"/acme/inbox/drafts/{ONE}/", said(box, "Tuesday.", row=row))
    words = heard(alice, world, world.alice)
    assert topic in words and {"topic": "drafts"} in words
    # It goes out of her sight, and she is told; what follows she does not hear
    bob.post(f"/acme/inbox/drafts/{ONE}/", said(own, "Tuesday.", 1, row))
    assert topic in heard(alice, world, world.alice)
    bob.post(f"/acme/inbox/drafts/{ONE}/", said(own, "Thursday.", 2, row))
    assert heard(alice, world, world.alice) == []
    alice.close()
    charlie.close()


def test_it_keeps_personal_drafts_to_their_author(world: World) -> None:
    with world.opened():
        team = team_mailbox(world)
        own = mailbox(world.bob, "bob@acme.test")
        (private,) = deliver(own, mail(OWEN, "bob@acme.test", "Secret", id="1@x"))
    alice, bob = world.browser(world.alice), world.browser(world.bob)
    charlie = world.browser(world.charlie)
    bob.post(f"/acme/inbox/drafts/{ONE}/", said(own, "Mine."))
    # From the team's address, but an answer to what only he may read
    bob.post(f"/acme/inbox/drafts/{TWO}/", said(team, "Hidden.", row=private))
    api = world.api(world.alice)
    for uid in (ONE, TWO):
        with unchanged(world):
            assert alice.get(f"/acme/inbox/composer/?draft={uid}", headers=HTMX).status_code == 404
            assert alice.get(f"/acme/inbox/compose/?draft={uid}").status_code == 404
            assert alice.post(f"/acme/inbox/drafts/{uid}/", said(team, "x", 1)).status_code == 404
            assert alice.post(f"/acme/inbox/drafts/{uid}/send/").status_code == 404
            assert alice.delete(f"/acme/inbox/drafts/{uid}/").json() == {}
            assert alice.post(f"/acme/inbox/drafts/{uid}/restore/").status_code == 404
            assert api.get(f"drafts/{uid}/").status_code == 404
            assert api.patch(f"drafts/{uid}/", {"text": "x"}).status_code == 404
            assert api.post(f"drafts/{uid}/send/").status_code == 404
            assert charlie.post(f"/acme/inbox/drafts/{uid}/", said(team, "x", 1)).status_code == 404
    assert alice.get("/acme/inbox/drafts/").context["drafts"] == []
    assert api.get("drafts/").json()["results"] == []


def test_it_lets_only_the_team_write(world: World) -> None:
    """Bob is taken out of the team, and Charlie never was anywhere near."""
    with world.opened():
        box = team_mailbox(world)
    alice, bob = world.browser(world.alice), world.browser(world.bob)
    assert alice.post(f"/acme/inbox/drafts/{ONE}/", said(box, "New.")).status_code == 200
    assert bob.get(f"/acme/inbox/compose/?draft={ONE}").status_code == 200
    with world.opened():
        box.members.filter(member=world.bob).delete()
    charlie = world.browser(world.charlie)
    his, strange = world.api(world.bob), world.api(world.charlie)
    with unchanged(world):
        for browser, slug in ((bob, "acme"), (charlie, "globex"), (charlie, "acme")):
            where = f"/{slug}/inbox/drafts/{ONE}/"
            assert browser.post(where, said(box, "x", 1)).status_code == 404
            assert browser.post(f"{where}send/").status_code == 404
        assert his.get(f"drafts/{ONE}/").status_code == 404
        assert strange.delete(f"drafts/{ONE}/").status_code == 404


def test_it_keeps_a_colleagues_draft_in_the_team(world: World) -> None:
    with world.opened():
        box = team_mailbox(world)
        own = mailbox(world.bob, "bob@acme.test")
    alice, bob = world.browser(world.alice), world.browser(world.bob)
    alice.post(f"/acme/inbox/drafts/{ONE}/", said(box, "New."))
    shown = bob.get(f"/acme/inbox/compose/?draft={ONE}").context["composer"]
    assert [each.address for each in shown.mailboxes] == [SALES]
    with unchanged(world):
        refused = bob.post(f"/acme/inbox/drafts/{ONE}/", said(own, "Mine.", 1))
    assert refused.status_code == 403


def test_it_keeps_a_colleagues_draft_in_the_team_however_often_it_is_saved(world: World) -> None:
    """Saved once it bears Bob's name; sent and stopped it does so, too; it stays the team's."""
    with world.opened():
        box, own = team_mailbox(world), mailbox(world.bob, "bob@acme.test")
        narrow = mailbox(None, "few@acme.test", kind="team", visibility="team")
        MailboxMember.objects.create(mailbox=narrow, member=world.bob)
        wide = team_mailbox(world, "wide@acme.test")
    alice, bob, program = world.browser(world.alice), world.browser(world.bob), world.api(world.bob)
    for uid in (ONE, TWO):
        alice.post(f"/acme/inbox/drafts/{uid}/", said(box, "New."))
    assert bob.post(f"/acme/inbox/drafts/{ONE}/", said(box, "Newer.", 1)).status_code == 200
    bob.post(f"/acme/inbox/drafts/{TWO}/send/", {"version": "1"})
    with world.opened():
        out = Outgoing.objects.get()
    bob.post(f"/acme/inbox/outbox/{out.uid}/", {"verb": "cancel"}, headers=HTMX)
    for uid, version in ((ONE, 2), (TWO, 1)):
        shown = bob.get(f"/acme/inbox/compose/?draft={uid}").context["composer"]
        assert {each.address for each in shown.mailboxes} == {SALES, "wide@acme.test"}
        with unchanged(world):
            for to in (own, narrow):
                saved = bob.post(f"/acme/inbox/drafts/{uid}/", said(to, "Mine.", version))
                patched = program.patch(f"drafts/{uid}/", {"mailbox": str(to.uid)})
                assert [r.status_code for r in (saved, patched)] == [403] * 2
        assert (
            bob.post(f"/acme/inbox/drafts/{uid}/", said(wide, "Ours.", version)).status_code == 200
        )
    # One that nobody else touched goes where he likes
    three = "01a20561-0000-7000-8000-000000000003"
    assert bob.post(f"/acme/inbox/drafts/{three}/", said(box, "Mine.")).status_code == 200
    assert bob.post(f"/acme/inbox/drafts/{three}/", said(own, "Mine.", 1)).status_code == 200


def test_it_keeps_what_a_colleague_put_on_it(world: World) -> None:
    """Files of Alice, and a record that Bob cannot see, stay when he goes on."""
    with world.opened():
        box = team_mailbox(world)
        hidden = make.person("Hidden", "h@x.test", owner=world.alice, visibility="owner")
    alice, bob = world.browser(world.alice), world.browser(world.bob)
    file = SimpleUploadedFile("offer.txt", b"twelve bytes", "text/plain")
    files = alice.post("/acme/inbox/uploads/", {"file": file}).json()["uid"]
    about = f"person:{hidden.uid}"
    hers = said(box, "New.", upload=[files], abouts="1", about=[about])
    assert alice.post(f"/acme/inbox/drafts/{ONE}/", hers).status_code == 200
    shown = bob.get(f"/acme/inbox/compose/?draft={ONE}").context["composer"]
    assert [str(each.uid) for each in shown.files] == [files] and shown.about == []
    his = said(box, "Newer.", 1, upload=[files], abouts="1")
    assert bob.post(f"/acme/inbox/drafts/{ONE}/", his).status_code == 200
    copy = bob.post(f"/acme/inbox/drafts/{TWO}/", said(box, "Copy.", upload=[files]))
    assert copy.status_code == 200
    with world.opened():
        draft = Draft.objects.get(uid=ONE)
        assert draft.about == [["person", hidden.pk]]
        assert [each.upload for each in draft.files.all()] == [Upload.objects.get()]
        assert Draft.objects.get(uid=TWO).files.count() == 1


def test_it_is_followed_over_rest(world: World) -> None:
    with world.opened():
        box = team_mailbox(world)
        (row,) = deliver(box, mail(OWEN, SALES, "Pilot", id="1@x"))
        thread = row.thread.uid
    hers, his = world.api(world.alice), world.api(world.bob)
    begun = {"mailbox": str(box.uid), "to": ["owen@brightmoor.test"], "text": "Tuesday."}
    made = hers.post("drafts/", begun | {"in_reply_to": str(row.uid)}).json()
    assert made["author"] == str(world.alice.uid)
    listed = his.get(f"drafts/?thread={thread}&mailbox={box.uid}").json()["results"]
    assert [each["id"] for each in listed] == [made["id"]]
    uid, version = made["id"], made["version"]
    changed = his.patch(f"drafts/{uid}/", {"text": "Friday.", "version": version})
    assert changed.json()["author"] == str(world.bob.uid)
    with unchanged(world):
        late = hers.patch(f"drafts/{uid}/", {"text": "Monday.", "version": version})
        early = hers.post(f"drafts/{uid}/send/", {"version": version})
    assert late.status_code == early.status_code == 409
    out = hers.post(f"drafts/{uid}/send/", {"version": version + 1}).json()
    told = his.get(f"outbox/{out['outbox']}/").json()
    assert told["author"] == str(world.alice.uid) and told["state"] == "queued"
    assert his.post(f"outbox/{out['outbox']}/cancel/").status_code == 200
    assert his.delete(f"drafts/{uid}/").status_code == 204
    assert hers.get("drafts/").json()["results"] == []
