"""Whom nobody should write to: what comes back for good, by hand; what is said before sending."""

import importlib
from typing import Any

import pytest
from django.apps import apps

from inbox.models import Outgoing, Suppression
from tests import make
from tests.api.population import fingerprint
from tests.inbox import post
from tests.inbox.team import team_mailbox
from tests.inbox.test_compose import opened, write
from tests.inbox.test_reports import FAILED, REPORT
from tests.world import NOW, World

SENT = post.mail("alice@acme.test", "carla@customer.test", "Offer", id="sent@acme.test")
PAGE = "/acme/inbox/suppressed/"


def report(fields: str, kind: str = "delivery-status", about: str = "sent@acme.test") -> bytes:
    text = REPORT.format(kind=kind, fields=fields).replace("<sent@acme.test>", f"<{about}>")
    return text.encode()


def hard(address: str = "carla@customer.test") -> str:
    return FAILED.format("failed", "5.1.1").replace("carla@customer.test", address)


def patterns(world: World) -> list[tuple[str, str]]:
    with world.opened():
        rows = Suppression.objects.filter(ended_at=None)
        return list(rows.order_by("pk").values_list("pattern", "reason"))


COMPLAINT = "Feedback-Type: abuse\nOriginal-Rcpt-To: carla@customer.test"
OF_ANOTHER = report(hard("someone@else.test"))
FORGED = report(hard(), about="never@acme.test")


@pytest.mark.parametrize(
    ("data", "origin", "told"),
    [
        (report(hard()), "live", [("carla@customer.test", "bounce")]),
        (report(COMPLAINT, "feedback-report"), "live", [("carla@customer.test", "complaint")]),
        (report(FAILED.format("delayed", "4.4.1")), "live", []),
        (report(FAILED.format("failed", "4.1.1")), "live", []),
        (report(FAILED.format("failed", "5.2.2")), "live", []),
        (report(FAILED.format("failed", "5.7.1")), "live", []),
        (OF_ANOTHER, "live", []),
        (FORGED, "live", []),
        # What is read of years ago says nothing of today
        (report(hard()), "backfill", []),
    ],
)
def test_it_hears_what_comes_back_for_good(
    world: World, data: bytes, origin: str, told: list[tuple[str, str]]
) -> None:
    with world.opened():
        box = post.mailbox(world.alice, "alice@acme.test")
        post.deliver(box, SENT, role="sent", origin=origin)
        post.deliver(box, data, origin=origin)
    assert patterns(world) == told
    with world.opened():
        # The same once more changes nothing; taken off, a new report puts it back
        post.deliver(box, data.replace(b"report@mx", b"again@mx"), origin=origin)
    assert patterns(world) == told
    with world.opened():
        Suppression.objects.update(ended_at=NOW)
        post.deliver(box, data.replace(b"report@mx", b"third@mx"), origin=origin)
    assert patterns(world) == told


def test_it_lists_a_report_for_those_of_its_mailbox_and_warns_all(world: World) -> None:
    with world.opened():
        box = post.mailbox(world.alice, "alice@acme.test")
        his = post.mailbox(world.bob, "bob@acme.test")
        letters = [
            post.deliver(each, post.mail("dana@northwind.test", each.address, "Hello"))[0].uid
            for each in (his, box)
        ]
        post.deliver(box, SENT, role="sent")
        post.deliver(box, report(hard()))
        [row] = Suppression.objects.all()
    alice, bob = world.browser(world.alice), world.browser(world.bob)
    assert "carla@customer.test" in alice.get(PAGE).text
    assert "carla" not in bob.get(PAGE).text
    path = f"suppressions/{row.uid}/"
    for api in (world.api(world.bob), world.api(world.charlie)):
        before = fingerprint(world.acme.pk)
        assert api.get(path).status_code == 404 and api.delete(path).status_code == 404
        assert api.get("suppressions/", q="carla").json()["results"] == []
        assert fingerprint(world.acme.pk) == before
    assert bob.post(f"{PAGE}{row.uid}/removal/").status_code == 404
    assert bob.post(f"{PAGE}{row.uid}/removal/?not=1").status_code == 404

    # Both are told before they send, and go on with one key; why and when is told only to her
    words = (
        "mail from here does not arrive there, or is not wanted.",
        "mail came back for good on",
    )
    for browser, letter, word in zip((bob, alice), letters, words, strict=True):
        composer = opened(browser, answers=letter, kind="reply")
        said: dict[str, Any] = {"to": "Carla <carla@customer.test>", "subject": "Hello"}
        answer = write(browser, composer, html="<p>Hello</p>", **said)
        assert answer.status_code == 422
        [doubt] = answer.json()["doubts"]
        assert f"carla@customer.test is suppressed: {word}" in doubt["message"]
        composer = opened(browser, draft=composer.uid)
        again = write(browser, composer, html="<p>Hello</p>", passed=doubt["code"], **said)
        assert again.status_code == 200, again.text
    with world.opened():
        assert Outgoing.objects.filter(state="queued").count() == 2


def test_it_warns_on_when_a_colleague_takes_off_what_he_wrote_down_himself(world: World) -> None:
    """Bob cannot see that mail of hers came back; his own entry is no part of that."""
    with world.opened():
        box = post.mailbox(world.alice, "alice@acme.test")
        his = post.mailbox(world.bob, "bob@acme.test")
        post.deliver(box, SENT, role="sent")
        post.deliver(box, report(hard()))
        draft = make.draft(his, world.bob, to=[["", "carla@customer.test"]]).uid
    bob, page = world.api(world.bob), world.browser(world.bob)

    def told() -> str:
        [doubt] = bob.get(f"drafts/{draft}/doubts/").json()["doubts"]
        return str(doubt["message"])

    made = bob.post("suppressions/", {"pattern": "carla@customer.test"})
    assert made.status_code == 201 and "you put it on the list" in told()
    alone = world.browser(world.alice).get(PAGE).context["rows"]
    assert {row.reason for row in alone} == {"hand", "bounce"}
    uid = made.json()["id"]
    assert page.post(f"{PAGE}{uid}/removal/").status_code == 200
    assert "mail from here does not arrive there" in told()
    assert page.post(f"{PAGE}{uid}/removal/?not=1").status_code == 200
    assert bob.delete(f"suppressions/{uid}/").status_code == 204
    assert patterns(world) == [("carla@customer.test", "bounce")]
    assert page.get(PAGE).context["rows"] == []
    with world.opened():
        # What was written down before does not keep a new report from being heard
        Suppression.objects.all().delete()
        make.suppression("leo", by=world.bob)
        Suppression.objects.update(pattern="carla@customer.test")
        post.deliver(box, report(hard()).replace(b"report@mx", b"again@mx"))
    assert {reason for _pattern, reason in patterns(world)} == {"hand", "bounce"}


def test_it_knows_which_rows_a_report_put_there_before(world: World) -> None:
    """As the migration marks them; once more changes nothing."""
    marks = importlib.import_module("inbox.migrations.0039_suppressions_heard")
    with world.opened():
        box = post.mailbox(world.alice, "alice@acme.test")
        make.suppression("eva", reason="bounce", mailbox=box, is_heard=False)
        make.suppression("leo", reason="bounce", by=world.bob)
        for _time in range(2):
            marks.mark(apps, Suppression._base_manager.all())
            heard = Suppression.objects.filter(is_heard=True)
            assert [row.pattern for row in heard] == ["eva@gone.test"]


def test_it_warns_in_every_mailbox_of_the_workspace_and_tells_nothing_private(world: World) -> None:
    """Complained or came back: who reads that mailbox is told; the others hear the same of both."""
    with world.opened():
        box = post.mailbox(world.alice, "alice@acme.test")
        his, team = post.mailbox(world.bob, "bob@acme.test"), team_mailbox(world)
        post.deliver(box, SENT, role="sent")
        post.deliver(box, report(COMPLAINT, "feedback-report"))
        drafts = [
            make.draft(each, writer, to=[["", "Carla@customer.test"]]).uid
            for writer, each in ((world.bob, his), (world.bob, team), (world.alice, team))
        ]
        theirs = post.mailbox(world.alice, "second@acme.test")
        make.suppression("eva", reason="bounce", mailbox=theirs)
        other = make.draft(his, world.bob, to=[["", "eva@gone.test"]]).uid
    bob, alice = world.api(world.bob), world.api(world.alice)
    told = [
        [each["message"] for each in api.get(f"drafts/{uid}/doubts/").json()["doubts"]]
        for api, uid in ((bob, drafts[0]), (bob, drafts[1]), (bob, other), (alice, drafts[2]))
    ]
    neutral = "{} is suppressed: mail from here does not arrive there, or is not wanted."
    carla, eva = neutral.format("carla@customer.test"), neutral.format("eva@gone.test")
    assert told[:3] == [[carla], [carla], [eva]]
    assert any("it called mail of ours spam" in each for each in told[3])
    page = world.browser(world.bob).get(PAGE)
    assert page.context["rows"] == [] and "you are warned of it all the same" in page.text


def test_it_is_kept_by_hand_with_search_and_undo(world: World) -> None:
    alice, bob = world.browser(world.alice), world.browser(world.bob)
    for pattern in ("Rui@Else.test", "nobody.test"):
        assert bob.post(PAGE, {"pattern": pattern}).status_code == 200
    refused = fingerprint(world.acme.pk)
    for wrong in ("rui@else.test", "not an address", "", "bob@acme.test"):
        assert bob.post(PAGE, {"pattern": wrong}).status_code == 422, wrong
    assert fingerprint(world.acme.pk) == refused
    assert patterns(world) == [("rui@else.test", "hand"), ("nobody.test", "hand")]
    assert [row.pattern for row in alice.get(f"{PAGE}?q=ELSE").context["rows"]] == ["rui@else.test"]
    assert "Nothing like that" in alice.get(f"{PAGE}?q=zzz").text
    with world.opened():
        uid = Suppression.objects.get(pattern="nobody.test").uid
    gone = alice.post(f"{PAGE}{uid}/removal/")
    assert "off the list" in gone.headers["HX-Trigger"] and len(patterns(world)) == 1
    assert alice.post(f"{PAGE}{uid}/removal/?not=1").status_code == 200
    assert len(patterns(world)) == 2
    charlie = world.browser(world.charlie)
    before = fingerprint(world.acme.pk)
    assert charlie.post(f"/globex/inbox/suppressed/{uid}/removal/").status_code == 404
    assert charlie.post(PAGE, {"pattern": "x@y.test"}).status_code == 404
    assert fingerprint(world.acme.pk) == before
    assert charlie.get("/globex/inbox/suppressed/").context["rows"] == []

    # A domain holds for everybody in it; several are told in one sentence
    with world.opened():
        box = post.mailbox(world.alice, "alice@acme.test")
        [row] = post.deliver(box, post.mail("dana@northwind.test", box.address, "Hello"))
    composer = opened(alice, answers=row.uid, kind="reply")
    to = "eva@nobody.test, rui@else.test, dana@northwind.test"
    answer = write(alice, composer, html="<p>Hello</p>", to=to, subject="Hello")
    [doubt] = answer.json()["doubts"]
    assert doubt["message"].startswith("2 of them") and "eva@nobody.test" in doubt["message"]


def test_it_is_kept_over_rest(world: World) -> None:
    alice, charlie = world.api(world.alice), world.api(world.charlie)
    asked = {"pattern": "Dana@Northwind.test", "reason": "unsubscribed"}
    made = alice.post("suppressions/", asked, key="k")
    assert made.status_code == 201 and made.json()["pattern"] == "dana@northwind.test"
    assert alice.post("suppressions/", asked, key="k").json() == made.json()
    before = fingerprint(world.acme.pk)
    assert alice.post("suppressions/", asked).status_code == 409
    for wrong in (
        {"pattern": "nonsense"},
        {"pattern": "x" * 300},
        {"pattern": "a\0@x.test"},
        {"pattern": "a@x.test", "reason": "boredom"},
        {"pattern": ["a@x.test"]},
        {},
    ):
        answer = alice.post("suppressions/", wrong)
        assert answer.status_code == 400, wrong
        assert answer.headers["Content-Type"] == "application/problem+json"
    path = f"suppressions/{made.json()['id']}/"
    assert charlie.get(path).status_code == 404 and charlie.delete(path).status_code == 404
    assert fingerprint(world.acme.pk) == before
    [told] = alice.get("suppressions/", q="northwind").json()["results"]
    assert (told["reason"], told["by"]) == ("unsubscribed", str(world.alice.uid))
    assert alice.get("suppressions/", q="%").json()["results"] == []
    # A colleague sees it as well, and may lift it
    assert world.api(world.bob).delete(path).status_code == 204
    assert alice.get(path).status_code == 404 and patterns(world) == []
