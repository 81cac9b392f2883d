"""Who reads what of mail, by which door: every case there is, held against one small table.

Mailbox mode × visibility × linked or not × the record is seen by all or by few × who asks, and ten
doors to each. Nothing here asks the code who may read; `reads` and `DOORS` say it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import combinations, cycle, islice, product
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.core.cache import cache as memory
from django.test import Client
from pytest_django.plugin import DjangoDbBlocker

from crm.ui import live
from crm.workspaces import actions
from crm.workspaces.models import Membership, Role
from inbox.actions import commenting
from inbox.models import Mailbox, MailboxMember
from tests import make
from tests.world import NOW, PASSWORD, Api, World

MODES, SEEN, LINKED = ("personal", "team"), ("shared", "closed"), (True, False)
RECORDS = ("everyone", "owner")
WORD = "zebra"
QUERIES = ("{}", "{} has:attachment", "subject:{}", "in:all {}", "after:2020-01-01 {}")
PARTS = (
    "threads/{thread}/links/",
    "threads/{thread}/readers/",
    "messages/{message}/raw/",
    "messages/{message}/body/",
    "messages/{message}/text/",
)


@dataclass(frozen=True)
class Case:
    """A thread: where it lies, who may read it besides, what it belongs to and who sees that."""

    mode: str
    visibility: str
    is_linked: bool
    record: str

    @property
    def word(self) -> str:
        """It stands in this thread alone."""
        return f"canary{self.mode}{self.visibility}{self.is_linked}{self.record}".lower()


CASES = [Case(*each) for each in product(MODES, SEEN, LINKED, RECORDS)]
# Olive has the personal mailbox and all records; Mate works in the team's mailbox beside her
WORKS = {"olive": {"personal", "team"}, "mate": {"team"}}
ADMINISTER = {"admin", "boss"}
ROLES = ("olive", "mate", "member", "manager", "admin", "boss", "foreign")


def works(who: str, case: Case) -> bool:
    return case.mode in WORKS.get(who, ())


def sees_record(who: str, case: Case) -> bool:
    return who != "foreign" and (case.record == "everyone" or who in {"olive", *ADMINISTER})


def reads(who: str, case: Case) -> bool:
    """One's own mailbox; else shared, linked, and the record is seen. No role opens more."""
    is_open = case.visibility == "shared" and case.is_linked
    return works(who, case) or (is_open and sees_record(who, case))


# What each door shows, of what
DOORS: dict[str, Callable[[str, Case], bool]] = {
    "list": works,
    "open": reads,
    "search": reads,
    "count": reads,
    "snippet": reads,
    "attachment": reads,
    "notification": reads,
    "api": reads,
    # Sheets of records hold no mail; the workspace as a whole is exported by its owner alone
    "export": lambda _who, _case: False,
    "timeline": lambda who, case: case.is_linked and sees_record(who, case) and reads(who, case),
}
Table = dict[Case, bool]


@dataclass
class Scene:
    """Every case as a thread, and everybody at the doors."""

    world: World
    members: dict[str, Membership]
    threads: dict[Case, Any] = field(default_factory=dict)
    messages: dict[Case, Any] = field(default_factory=dict)
    files: dict[Case, Any] = field(default_factory=dict)
    people: dict[Case, Any] = field(default_factory=dict)
    pages: dict[str, Client] = field(default_factory=dict)
    programs: dict[str, Api] = field(default_factory=dict)

    def page(self, who: str) -> Client:
        if who not in self.pages:
            self.pages[who] = self.world.browser(self.members[who])
        return self.pages[who]

    def api(self, who: str) -> Api:
        if who not in self.programs:
            self.programs[who] = self.world.api(self.members[who])
        return self.programs[who]

    def slug(self, who: str) -> str:
        return "globex" if who == "foreign" else "acme"


@pytest.fixture(scope="module")
def scene(database: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Scene]:
    """Made once; no test of this file changes who may read what."""
    from tests.conftest import wipe

    with django_db_blocker.unblock():
        made = _scene(World.build())
        yield made
        wipe()
        memory.clear()


def _scene(world: World) -> Scene:
    members = {"boss": world.alice, "foreign": world.charlie}
    roles = {"olive": Role.MEMBER, "mate": Role.MEMBER, "member": Role.MEMBER,
             "manager": Role.MANAGER, "admin": Role.ADMIN}  # fmt: skip
    for name, role in roles.items():
        user = actions.create_user(
            email=f"{name}@acme.test", password=PASSWORD, name=name.capitalize()
        )
        members[name] = actions.add_member(workspace=world.acme, user=user, role=role, at=NOW)
    scene = Scene(world, members)
    with world.opened():
        own = make.mailbox(members["olive"], "olive@acme.test")
        team = Mailbox.objects.create(address="sales@acme.test", kind="team", state="active")
        for name in ("olive", "mate"):
            MailboxMember.objects.create(mailbox=team, member=members[name])
        for case in CASES:
            _put(scene, case, own if case.mode == "personal" else team)
    return scene


def _put(scene: Scene, case: Case, box: Mailbox) -> None:
    closed = "private" if case.mode == "personal" else "team"
    row = make.message(
        box,
        subject=f"Subject {case.word}",
        text=f"{WORD} {case.word}\n",
        files=[(f"{case.word}.txt", "text/plain", case.word.encode())],
        visibility="shared" if case.visibility == "shared" else closed,
    )
    # Another address for each, so that nothing but the link says whose it is
    person = make.person(
        f"Person {case.word}",
        f"{case.word}@customer.test",
        owner=scene.members["olive"],
        visibility=case.record,
    )
    if case.is_linked:
        make.linked(row.thread, person)
    scene.threads[case], scene.messages[case] = row.thread, row
    scene.files[case], scene.people[case] = row.attachments.get(), person


def _list(scene: Scene, who: str) -> Table:
    shown = scene.page(who).get(f"/{scene.slug(who)}/inbox/all/").text
    return {case: case.word in shown for case in CASES}


def _open(scene: Scene, who: str) -> Table:
    found = {}
    for case in CASES:
        path = f"/{scene.slug(who)}/inbox/t/{scene.threads[case].uid}/"
        answer = scene.page(who).get(path)
        assert answer.status_code in (200, 404)
        assert (case.word in answer.text) is (answer.status_code == 200)
        found[case] = answer.status_code == 200
    return found


def _search(scene: Scene, who: str) -> Table:
    slug = scene.slug(who)
    shown = scene.page(who).get(f"/{slug}/inbox/search/?q={WORD}").text
    found = {case: case.word in shown for case in CASES}
    for case, query in zip(CASES, cycle(QUERIES), strict=False):
        # By its own word, by its file, in its subject: never more than by the common one
        asked = {"q": query.format(case.word)}
        page = scene.page(who).get(f"/{slug}/inbox/search/", asked)
        assert bool(page.context["rows"]) is found[case], (who, case, query)
        page = scene.page(who).get(f"/{slug}/inbox/palette/", {"q": case.word})
        assert bool(page.context["threads"]) is found[case], (who, case)
    return found


def _count(scene: Scene, who: str) -> Table:
    """Numbers tell no single case: they are held against the sum of what may be read."""
    slug = scene.slug(who)
    page = scene.page(who).get(f"/{slug}/inbox/search/?q={WORD}")
    wanted = [case for case in CASES if reads(who, case)]
    assert (page.context["found_count"] or 0) == len(wanted)
    side = scene.page(who).get(f"/{slug}/inbox/side/", headers={"HX-Request": "true"})
    assert side.context["side"].counts["inbox"] == sum(works(who, case) for case in CASES)
    told = scene.api(who).get("threads/", q=WORD, limit=200).json()["results"]
    assert sum(row["message_count"] for row in told) == len(wanted)
    return {case: case in wanted for case in CASES}


def _snippet(scene: Scene, who: str) -> Table:
    told = scene.api(who).get("threads/", q=WORD, limit=200).json()["results"]
    shown = " ".join(row["snippet"] for row in told)
    hits = scene.api(who).get("search/", q=WORD, limit=20).json()["results"]
    found = {case: case.word in shown for case in CASES}
    details = " ".join(hit["detail"] for hit in hits if hit["kind"] == "thread")
    assert {case: case.word in details for case in CASES} == found
    return found


def _attachment(scene: Scene, who: str) -> Table:
    found = {}
    for case in CASES:
        uid = scene.files[case].uid
        answer = scene.api(who).get(f"attachments/{uid}/content/")
        page = scene.page(who).get(f"/{scene.slug(who)}/inbox/file/{uid}/")
        assert (page.status_code < 400) is (answer.status_code == 200), (who, case)
        found[case] = answer.status_code == 200
    return found


def _notification(scene: Scene, who: str) -> Table:
    """Whose open pages hear of a colleague's comment."""
    acme, found = scene.world.acme.pk, {}
    name = live.channel(acme, scene.members[who].pk)
    broker: Any = live.client()
    ears = broker.pubsub()
    ears.subscribe(name, live.channel(scene.world.globex.pk, scene.members[who].pk))
    for case in CASES:
        with scene.world.opened():
            thread = scene.threads[case]
            by = scene.members["olive"]
            commenting.write(thread=thread, html="<p>Well?</p>", by=by, at=NOW)
        live.publish(workspace_id=acme, members=[scene.members[who].pk], topic="finish")
        said = b""
        while b"finish" not in said.rpartition(b"\n")[2]:
            word = ears.get_message(timeout=20)
            assert word is not None
            said += b"\n" + word["data"] if isinstance(word["data"], bytes) else b""
        found[case] = str(thread.uid).encode() in said
    ears.close()
    bell = scene.page(who).get(f"/{scene.slug(who)}/notices/").text
    assert not any(case.word in bell for case in CASES)
    return found


def _api(scene: Scene, who: str) -> Table:
    found, api = {}, scene.api(who)
    # Each case through two of the smaller doors, and another two for somebody else
    parts = islice(cycle(combinations(PARTS, 2)), ROLES.index(who), None)
    for case, some in zip(CASES, parts, strict=False):
        thread, message = scene.threads[case].uid, scene.messages[case].uid
        paths = [f"threads/{thread}/", f"messages/{message}/"]
        paths += [each.format(thread=thread, message=message) for each in some]
        codes = {api.get(path).status_code for path in paths}
        assert len(codes) == 1, (who, case, codes)
        listed = api.get("messages/", thread=str(thread))
        assert (listed.status_code == 200) is (codes == {200}), (who, case)
        found[case] = codes == {200}
    rows = api.get("messages/", limit=200).content.decode()
    assert {case: case.word in rows for case in CASES} == found
    return found


def _export(scene: Scene, who: str) -> Table:
    """No list of records that is taken away has a word of mail."""
    told, slug = "", scene.slug(who)
    for path in ("people/sheet/", "people/cards/", "organizations/sheet/", "deals/sheet/"):
        answer = scene.page(who).get(f"/{slug}/{path}")
        told += _all_of(answer) if answer.status_code == 200 else ""
    answer = scene.api(who).post("workspace/exports/")
    assert (answer.status_code < 300) is (who in ("boss", "foreign")), answer.content
    return {case: f"{WORD} {case.word}" in told or f"Subject {case.word}" in told for case in CASES}


def _all_of(answer: Any) -> str:
    """What a sheet says, written while it is read."""

    async def read() -> bytes:
        return b"".join([part async for part in answer.streaming_content])

    return async_to_sync(read)().decode(errors="replace")


def _timeline(scene: Scene, who: str) -> Table:
    found = {}
    for case in CASES:
        path = f"/{scene.slug(who)}/history/person/{scene.people[case].uid}/"
        part = f"/{scene.slug(who)}/inbox/of/person/{scene.people[case].uid}/"
        tab = scene.page(who).get(part, headers={"HX-Request": "true"})
        answer = scene.page(who).get(path)
        assert (answer.status_code == 200) is sees_record(who, case)
        found[case] = f"Subject {case.word}" in answer.text
        assert (f"Subject {case.word}" in tab.text) is found[case], (who, case)
    return found


ASK = {
    "list": _list,
    "open": _open,
    "search": _search,
    "count": _count,
    "snippet": _snippet,
    "attachment": _attachment,
    "notification": _notification,
    "api": _api,
    "export": _export,
    "timeline": _timeline,
}


@pytest.mark.parametrize("who", ROLES)
@pytest.mark.parametrize("door", DOORS)
def test_it_shows_what_is_declared_and_no_more(scene: Scene, door: str, who: str) -> None:
    shown = ASK[door](scene, who)
    assert shown == {case: DOORS[door](who, case) for case in CASES}


def test_it_stands_on_a_table_that_tells_cases_apart() -> None:
    cells = {
        (door, who, case): rule(who, case)
        for door, rule in DOORS.items()
        for who in ROLES
        for case in CASES
    }
    assert len(cells) == 10 * len(ROLES) * 16
    assert not any(cells[door, "foreign", case] for door in DOORS for case in CASES)
    for door in set(DOORS) - {"export"}:
        answers = {cells[door, who, case] for who in ROLES for case in CASES}
        assert answers == {True, False}, door
