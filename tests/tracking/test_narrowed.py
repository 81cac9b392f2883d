"""Lists are narrowed to conversations that hold mail that left with tracking."""

from crm.fields.models import View
from inbox.actions import apart, merging, parting
from inbox.models import MailboxThread, Thread
from inbox.queries import lists
from inbox.queries.narrowing import Narrow
from tests import make
from tests.tracking import sent
from tests.world import NOW, World

PAGE = "/acme/inbox/sent/"


def test_it_narrows_to_what_was_tracked(world: World) -> None:
    with world.opened():
        box = make.mailbox(world.alice)
        sent.send(box, world.alice, subject="Opens", clicks=False)
        sent.send(box, world.alice, subject="Clicks", opens=False)
        sent.send(box, world.alice, subject="Plain", opens=False, clicks=False)
        make.message(box, subject="Came")
    alice = world.browser(world.alice)
    page = alice.get(PAGE, {"tracking": "1"})
    assert {row.subject for row in page.context["rows"]} == {"Opens", "Clicks"}
    assert page.context["total"] == 2
    assert [chip.text for chip in page.context["chips"]] == ["With tracking"]
    offered = alice.get("/acme/inbox/filters/", {"in": "sent"}).context["choices"]
    assert "With tracking" in {chip.text for chip in offered}
    portuguese = alice.get("/acme/inbox/filters/", headers={"Accept-Language": "pt-BR"})
    assert portuguese.status_code == 200
    api = world.api(world.alice)
    for said, subjects in (("true", {"Opens", "Clicks"}), ("false", {"Plain", "Came"})):
        told = api.get("threads/", tracked=said).json()["results"]
        assert {row["subject"] for row in told} == subjects
    for stranger in (world.bob, world.charlie):
        slug = "globex" if stranger is world.charlie else "acme"
        rows = world.browser(stranger).get(f"/{slug}/inbox/sent/?tracking=1").context["rows"]
        assert list(rows) == []


def test_it_is_kept_as_a_view_from_the_page_and_by_programs(world: World) -> None:
    with world.opened():
        sent.send(make.mailbox(world.alice), world.alice, subject="Opens")
    alice = world.browser(world.alice)
    alice.post("/acme/inbox/views/?in=sent&tracking=1", {"name": "Tracked"})
    with world.opened():
        assert View.objects.get().filter == {"in": "sent", "tracking": "1"}
    api = world.api(world.alice)
    [told] = api.get("mail_views/").json()["results"]
    assert told["filter"] == {"role": "sent", "tracked": True}
    made = api.post("mail_views/", {"name": "Again", "filter": {"role": "all", "tracked": True}})
    assert made.status_code == 201, made.content


def test_it_stays_true_when_conversations_part_and_come_together(world: World) -> None:
    with world.opened():
        box = make.mailbox(world.alice)
        tracked = sent.send(box, world.alice).message
        other = make.message(box, subject="Elsewhere")
        merging.merge(into=other.thread_id, threads={tracked.thread_id})
        apart.refresh([other.thread_id])
        assert _tracked() == {other.thread_id}
        answer = make.message(box, within=other.thread, received_at=NOW.replace(year=2027))
        made = parting.split(message=answer, by=world.alice, at=NOW)
        assert _tracked() == {other.thread_id} and made.pk != other.thread_id
    with world.opened():
        found = lists.threads(world.alice, lists.Filter(narrow=Narrow(tracked=True))).rows
        assert [row.thread_id for row in found] == [Thread.objects.get(pk=other.thread_id).pk]


def _tracked() -> set[int]:
    rows = MailboxThread.objects.filter(is_tracked=True)
    return set(rows.values_list("thread_id", flat=True))
