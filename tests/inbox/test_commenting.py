"""Alice and Bob talk about a mail between its lines; a mention lets Bob read what was hers."""

import pytest

from crm.workspaces.models import User
from inbox.models import Comment, Message, Outgoing, ThreadGuest
from tests.inbox.post import deliver, mail, mailbox
from tests.inbox.team import SALES, team_mailbox
from tests.world import World

ALICE = "alice@acme.test"
OWEN = "Owen <owen@brightmoor.test>"


def test_it_shares_a_private_conversation_by_a_mention(world: World) -> None:
    with world.opened():
        box = mailbox(world.alice, ALICE)
        first, _second = deliver(
            box,
            mail(OWEN, ALICE, "Pilot", "The canary sings.", id="1@x"),
            mail(OWEN, ALICE, "Re: Pilot", "Well?", id="2@x", In_Reply_To="<1@x>"),
        )
        uid = first.thread.uid
    alice, bob = world.browser(world.alice), world.browser(world.bob)
    page, write = f"/acme/inbox/t/{uid}/", f"/acme/inbox/t/{uid}/comments/"
    assert bob.get(page).status_code == 404 and bob.get(write).status_code == 404
    form = alice.get(write).text
    assert 'data-outside="Bob Lindqvist"' in form and "The mention shares it." in form
    assert alice.post(write, {"html": "<p> </p>"}).status_code == 422

    said = alice.post(write, {"html": "<p>@Bob Lindqvist shall we?<script>x</script></p>"})
    assert said.status_code == 200 and "shared with Bob Lindqvist" in said.headers["HX-Trigger"]
    seen = bob.get(page).text
    assert "comment, never sent" in seen and "shall we?" in seen and "<script>x" not in seen
    assert "mentioned by Alice Moreira" in alice.get(page).text
    # He is offered what he may do, and told why it is no more
    acts = 'data-command="archive" title="Y"'
    assert acts in alice.get(page).text and "data-reads-only" not in alice.get(page).text
    assert acts not in seen and "data-reads-only" in seen and "Only its mailbox answers." in seen
    dock = bob.get(f"/acme/inbox/t/{uid}/dock/").text
    assert 'data-command="comment"' in dock and "Write a reply" not in dock
    told = bob.get("/acme/notices/").text
    assert "Alice Moreira mentioned you in a comment" in told and str(uid) in told
    # He finds it, and everything in it, but it is in no inbox of his and he cannot answer
    assert f"t-{uid}" in bob.get("/acme/inbox/search/?q=canary").text
    assert f"t-{uid}" not in bob.get("/acme/inbox/inbox/").text
    assert bob.post(f"/acme/inbox/t/{uid}/visibility/", {"visibility": "shared"}).status_code == 403

    # He says something as well; whom he names is not let in by that
    answer = bob.post(write, {"html": "<p>Yes.</p>"})
    assert answer.status_code == 200
    with world.opened():
        mine, his = Comment.objects.order_by("pk")
        assert (his.mailbox_id, his.by_id) == (box.pk, world.bob.pk)
        assert Message.objects.count() == 2 and not Outgoing.objects.exists()
    assert bob.post(f"/acme/inbox/comment/{mine.uid}/", {"html": "<p>No.</p>"}).status_code == 404
    changed = alice.post(f"/acme/inbox/comment/{mine.uid}/", {"html": "<p>Shall we not?</p>"})
    assert changed.status_code == 200 and "Shall we not?" in bob.get(page).text
    gone = alice.post(f"/acme/inbox/comment/{mine.uid}/removal/")
    assert gone.status_code == 204 and "Shall we not?" not in bob.get(page).text
    alice.post(f"/acme/inbox/comment/{mine.uid}/removal/?not=1")
    assert "Shall we not?" in bob.get(page).text

    # Both find it by its words, which are in no mail, as long as it is there
    for who in (alice, bob):
        assert f"t-{uid}" in who.get("/acme/inbox/search/?q=shall+not").text
        assert str(uid) in who.get("/acme/inbox/palette/?q=shall").text
    for query in ("shall+canary", "from:owen+shall", "subject:shall", "shall+before:2020-01-01"):
        assert f"t-{uid}" not in alice.get(f"/acme/inbox/search/?q={query}").text, query
    assert world.api(world.bob).get("threads/", q="shall after:2020-01-01").json()["results"]
    for slug, member in (("globex", world.charlie),):
        assert str(uid) not in world.browser(member).get(f"/{slug}/inbox/search/?q=shall").text
    alice.post(f"/acme/inbox/comment/{mine.uid}/removal/")
    assert f"t-{uid}" not in alice.get("/acme/inbox/search/?q=shall").text
    alice.post(f"/acme/inbox/comment/{mine.uid}/removal/?not=1")

    # Only she takes it back
    out = f"/acme/inbox/t/{uid}/guest/?member={world.bob.uid}"
    assert bob.post(out).status_code == 404
    assert alice.post(out).status_code == 204
    assert bob.get(page).status_code == 404
    for word in ("canary", "shall"):
        assert f"t-{uid}" not in bob.get(f"/acme/inbox/search/?q={word}").text
    told = bob.get("/acme/notices/").text
    assert str(uid) not in told and "You cannot read it any more." in told
    assert alice.post(f"{out}&not=1").status_code == 204 and bob.get(page).status_code == 200


def test_it_stands_between_the_mails_and_goes_where_they_go(world: World) -> None:
    with world.opened():
        box = team_mailbox(world)
        first, second = deliver(
            box,
            mail(OWEN, SALES, "Pilot", id="1@x"),
            mail(OWEN, SALES, "Re: Pilot", id="2@x", In_Reply_To="<1@x>"),
        )
        hers = mailbox(world.alice, ALICE)
        (other,) = deliver(hers, mail(OWEN, ALICE, "Hers", id="3@x"))
        ThreadGuest.objects.create(
            thread=other.thread, mailbox=hers, member=world.bob, at=second.received_at
        )
        one, two, three = first.thread.uid, second.uid, other.thread.uid
    alice, bob = world.api(world.alice), world.api(world.bob)
    said = alice.post("comments/", {"thread": str(one), "html": "<p>@Bob Lindqvist yours</p>"})
    assert said.status_code == 201 and said.json()["shared_with"] == []
    with world.opened():
        (row,) = Comment.objects.all()
        Comment.objects.update(created_at=first.received_at)
    page = world.browser(world.bob).get(f"/acme/inbox/t/{one}/").text
    places = [page.index(f"m-{first.uid}"), page.index(f"c-{row.uid}"), page.index(f"m-{two}")]
    assert places == sorted(places)
    # From the second mail on it is another conversation; the comment stays, or goes along
    with world.opened():
        Comment.objects.update(created_at=second.received_at)
    made = alice.post(f"threads/{one}/split/", {"message": str(two)}).json()["id"]
    found = bob.get("comments/", thread=made).json()["results"]
    assert [each["id"] for each in found] == [str(row.uid)]
    alice.post(f"threads/{one}/merge/", {"thread": made})
    assert bob.get("comments/", thread=str(one)).json()["results"][0]["thread"] == str(one)
    alice.post(f"threads/{one}/unmerge/", {"thread": made})
    assert bob.get("comments/", thread=str(one)).json()["results"] == []

    # Whoever was let into one private conversation does not read another through a merge
    with world.opened():
        (fourth,) = deliver(hers, mail(OWEN, ALICE, "Secret", id="4@x"))
        secret = fourth.thread.uid
    assert bob.get(f"threads/{three}/").status_code == 200
    alice.post(f"threads/{secret}/merge/", {"thread": str(three)})
    assert bob.get(f"threads/{secret}/").status_code == 404
    alice.post(f"threads/{secret}/unmerge/", {"thread": str(three)})
    assert bob.get(f"threads/{three}/").status_code == 200
    assert bob.get(f"threads/{secret}/").status_code == 404
    charlie = world.api(world.charlie)
    assert charlie.get("comments/").json()["results"] == []
    assert charlie.get(f"comments/{row.uid}/").status_code == 404


@pytest.mark.parametrize("named", ["@Bob Lındqvist", "@BOB LİNDQVIST", "@bob lindqviſt", "@BOB"])
def test_it_takes_a_name_in_whatever_letters(world: World, named: str) -> None:
    with world.opened():
        (row,) = deliver(mailbox(world.alice, ALICE), mail(OWEN, ALICE, "Pilot", id="1@x"))
        said = {"thread": str(row.thread.uid), "html": f"<p>{named} yours?</p>"}
    told = world.api(world.alice).post("comments/", said)
    assert told.status_code == 201
    assert told.json()["shared_with"] == ([str(world.bob.uid)] if len(named) > 5 else [])


def test_it_lets_nobody_in_whose_account_is_blocked(world: World) -> None:
    with world.opened():
        (row,) = deliver(mailbox(world.alice, ALICE), mail(OWEN, ALICE, "Pilot", id="1@x"))
        uid = row.thread.uid
    alice, api = world.browser(world.alice), world.api(world.alice)
    write, said = f"/acme/inbox/t/{uid}/comments/", {"html": "<p>@Bob Lindqvist see this.</p>"}
    assert alice.post(write, said).status_code == 200
    with world.opened():
        assert ThreadGuest.objects.get().member == world.bob
    User.objects.using("system").filter(pk=world.bob.user_id).update(is_active=False)
    # He can be shut out still, and nobody mentions him
    out = f"/acme/inbox/t/{uid}/guest/"
    assert alice.post(out, {"member": str(world.bob.uid)}).status_code == 204
    assert "Bob Lindqvist" not in alice.get(write).text
    assert alice.post(write, said).status_code == 200
    api.post("comments/", {"thread": str(uid), **said})
    assert alice.post(f"{out}?not=1", {"member": str(world.bob.uid)}).status_code == 404
    with world.opened():
        assert not ThreadGuest.objects.exists() and Comment.objects.count() == 3


def test_a_program_brings_back_what_it_removed(world: World) -> None:
    with world.opened():
        (row,) = deliver(mailbox(world.alice, ALICE), mail(OWEN, ALICE, "Pilot", id="1@x"))
        thread = str(row.thread.uid)
    alice, bob, charlie = (world.api(who) for who in (world.alice, world.bob, world.charlie))
    said = alice.post("comments/", {"thread": thread, "html": "<p>@Bob Lindqvist yours?</p>"})
    one = f"comments/{said.json()['id']}/"
    assert alice.delete(one).status_code == 204
    assert alice.get(one).status_code == 404 and bob.get("comments/").json()["results"] == []
    with world.opened():
        before = Comment.objects.values().get()
    for other in (bob, charlie):
        assert other.post(f"{one}restore/").status_code == 404
    with world.opened():
        assert Comment.objects.values().get() == before
    assert alice.post(f"{one}restore/").json()["id"] == said.json()["id"]
    assert [each["html"] for each in bob.get("comments/").json()["results"]]
    # What was never removed is as it was
    assert alice.post(f"{one}restore/").status_code == 200
