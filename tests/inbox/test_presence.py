"""Bob sees that Alice reads a conversation, and that she writes; Charlie sees nobody."""

from inbox.models import MailboxMember
from tests.inbox.post import deliver, mail, mailbox
from tests.inbox.team import SALES, team_mailbox
from tests.world import World

OWEN = "Owen <owen@brightmoor.test>"


def test_it_tells_who_else_is_there(world: World) -> None:
    with world.opened():
        box = team_mailbox(world)
        (first,) = deliver(box, mail(OWEN, SALES, "Pilot", id="1@x"))
        hers = mailbox(world.alice, "alice@acme.test")
        deliver(hers, mail(OWEN, "alice@acme.test", "Re: Pilot", id="2@x", In_Reply_To="<1@x>"))
        uid = first.thread.uid
    alice, bob = world.browser(world.alice), world.browser(world.bob)
    path = f"/acme/inbox/t/{uid}/presence/"
    assert 'id="presence"' in bob.get(f"/acme/inbox/t/{uid}/").text
    assert "Alice" not in bob.get(path).text
    assert alice.post(path, {"state": "reading"}).status_code == 204
    assert "Alice Moreira is reading this too." in bob.get(path).text
    assert "Alice" not in alice.get(path).text
    alice.post(path, {"state": "writing"})
    assert "Alice Moreira is writing an answer." in bob.get(path).text
    alice.post(path, {"state": "gone"})
    assert "Alice" not in bob.get(path).text
    assert alice.post(path, {"state": "dancing"}).status_code == 404

    # What she has of it alone tells nobody that she looks at that
    alice.post(path, {"state": "reading"})
    with world.opened():
        MailboxMember.objects.filter(member=world.bob).delete()
        his = mailbox(world.bob, "bob@acme.test")
        deliver(his, mail(OWEN, "bob@acme.test", "Re: Pilot", id="3@x", In_Reply_To="<1@x>"))
    assert "Alice" not in bob.get(path).text
    charlie = world.browser(world.charlie)
    assert charlie.get(path.replace("acme", "globex")).status_code == 404
