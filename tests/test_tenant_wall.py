"""Charlie of Globex tries every address there is with the ids of Acme: nothing is there for him.

A new page needs a line in tests/rights.py, and a new kind of id one in tests/routes.py.
"""

import re
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections, models
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from crm.contacts.models import Import
from crm.deals.models import StageRemoval
from crm.fields.models import Field, Label, Likeness, Transfer, View
from crm.timeline.actions import files, notes
from crm.workspaces import actions, permissions
from crm.workspaces.models import AuditEntry, Export, Membership, Role, UserSession
from crm.workspaces.tenancy import WalledManager
from inbox.models import Attachment, LedgerEntry, Sweep
from tests import make, rights
from tests.routes import Route, routes
from tests.world import NOW, PASSWORD, World

CANARY = "kookaburra"
CHOICE = {"key": "0f1e2d3c", "name": CANARY}
METHODS = ("GET", "POST", "DELETE")
VERBS = (*METHODS, "PUT", "PATCH")
PAGES = [route for route in routes() if route.is_page]
API = [route for route in routes() if route.is_api and route.name not in rights.OPEN]
NOT_FOUND = {404, 405}
# The page that writes chooses the id, so one that never was is a new one
CHOSEN = {"inbox:draft"}


@dataclass
class Acme:
    """What Acme has: an id of every kind, each of its texts with the canary in it."""

    world: World
    ids: dict[str, Any]
    spare: Membership


@pytest.fixture
def acme(world: World, settings: Any) -> Acme:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    user = actions.create_user(email="spare@acme.test", password=PASSWORD, name=CANARY)
    spare = actions.add_member(workspace=world.acme, user=user, role=Role.MEMBER, at=NOW)
    offer, _secret = actions.invite(
        email=f"{CANARY}@acme.test", role=Role.MEMBER, by=world.alice, at=NOW
    )
    token, _secret = actions.issue_token(
        member=world.alice, name=CANARY, scopes=["mail:read"], at=NOW
    )
    seat = UserSession.objects.create(user=world.alice.user, row="elsewhere", agent=CANARY)
    with world.opened():
        batch = Import.objects.create(kind="person", filename=CANARY, by=world.alice)
        tomorrow = timezone.now() + timedelta(days=1)
        export = Export.objects.create(
            asked_by=world.alice, asked_at=NOW, state="ready", expires_at=tomorrow
        )
    ids = {
        "member": spare.uid,
        "invitation": offer.uid,
        "token": token.uid,
        "session": seat.uid,
        "audit": _told().uid,
        "export": export.uid,
        "import": batch.uid,
    }
    with world.opened():
        ids |= _mail(world) | {"team": actions.create_team(name=CANARY, by=world.alice, at=NOW).uid}
    return Acme(world, ids, spare)


def _told() -> AuditEntry:
    unwalled: Any = AuditEntry.unwalled
    rows: Any = unwalled.filter(about=CANARY)
    found: AuditEntry = rows.first()
    return found


def _mail(world: World) -> dict[str, Any]:
    box = make.mailbox(world.alice)
    make.connection(box)
    stages = make.pipeline(CANARY)
    mail = make.message(
        box,
        subject=CANARY,
        text=f"{CANARY}\n",
        files=[(f"{CANARY}.txt", "text/plain", CANARY.encode())],
    )
    return {
        "mailbox": box.uid,
        "folder": make.folder(box).uid,
        "message": mail.uid,
        "thread": mail.thread.uid,
        "attachment": Attachment.objects.get().uid,
        "entry": LedgerEntry.objects.get().uid,
        "comment": make.comment(mail, world.alice, CANARY).uid,
        "draft": make.draft(box, world.alice, subject=CANARY).uid,
        "outgoing": make.outgoing(box, world.alice, subject=CANARY).uid,
        "upload": make.upload(world.alice, f"{CANARY}.pdf").uid,
        "sweep": Sweep.objects.create(by=world.alice, verb="done").uid,
        "mail_label": make.mail_label(CANARY).uid,
        "block": make.block(world.alice, CANARY.lower()).uid,
        "suppression": make.suppression(CANARY.lower(), by=world.alice).uid,
        "mail_template": make.mail_template(world.alice, name=CANARY, subject=CANARY).uid,
        "person": make.person(CANARY, f"{CANARY}@northwind.test").uid,
        "organization": make.organization(CANARY).uid,
        "deal": make.deal(stages[0], CANARY).uid,
        "stage": stages[0].uid,
        "pipeline": stages[0].pipeline.uid,
        "stage_removal": StageRemoval.objects.create(
            stage=stages[0], name=CANARY, to=stages[0], by=world.alice, total=9
        ).uid,
        "reason": make.lost_reason(CANARY).uid,
        "currency": make.currency("XTS").uid,
        "lead": make.lead(CANARY).uid,
        **_project(CANARY),
        "label": Label.objects.create(kind="person", name=CANARY).uid,
        **_planned(world),
        "field": Field.objects.create(
            kind="person", key=CANARY, name=CANARY, type="choice", options=[CHOICE]
        ).uid,
        "key": CHOICE["key"],
        "view": View.objects.create(kind="person", name=CANARY, owner=world.alice).uid,
        "transfer": Transfer.objects.create(owner=world.bob, to=world.alice, at=NOW).uid,
        "likeness": Likeness.objects.create(
            kind="person", first_id=1, second_id=2, reasons=["phone"], score=90
        ).uid,
    }


def _planned(world: World) -> dict[str, Any]:
    activity = make.activity(CANARY, assignee=world.alice)
    about = [make.person(f"{CANARY} too")]
    note = notes.write_note(html=CANARY, about=about, by=world.alice, at=NOW)
    sent = SimpleUploadedFile(f"{CANARY}.txt", CANARY.encode())
    file = files.add_file(file=sent, content_type="text/plain", about=about, by=world.alice, at=NOW)
    return {
        "activity": activity.uid,
        "activity_type": activity.type.uid,
        "note": note.uid,
        "record_file": file.uid,
    }


def _project(name: str) -> dict[str, Any]:
    phase = make.board(name[:60], name[:60])[0]
    project = make.project(phase, name)
    return {
        "board": phase.board.uid,
        "phase": phase.uid,
        "project": project.uid,
        "task": make.task(project, name).uid,
        "template": make.template(phase, name).uid,
    }


def checksum(world: World) -> dict[str, str]:
    """One sum for all rows of Acme in each table, as the role that sees them all."""
    sums = {}
    with connections["system"].cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.columns"
            " WHERE table_schema = 'public' AND column_name = 'workspace_id'"
        )
        for (table,) in cursor.fetchall():
            cursor.execute(
                f"SELECT coalesce(md5(string_agg(md5(t::text), '' ORDER BY t::text)), '')"
                f" FROM {table} t WHERE workspace_id = %s",
                [world.acme.pk],
            )
            sums[table] = cursor.fetchone()[0]
        cursor.execute("SELECT w::text FROM workspaces_workspace w WHERE id = %s", [world.acme.pk])
        sums["workspaces_workspace"] = cursor.fetchone()[0]
    return sums


def body(ids: dict[str, Any]) -> dict[str, Any]:
    """A form that names Acme's rows under every word a form might use for them."""
    one = {name: str(uid) for name, uid in ids.items()}
    many = {f"{name}s": [str(uid)] for name, uid in ids.items()}
    return one | many | {"name": "Globex", "role": "member", "uids": list(one.values())}


def ask(client: Client, method: str, path: str, ids: dict[str, Any]) -> HttpResponse:
    data = body(ids) if method == "POST" else None
    return getattr(client, method.lower())(path, data)


def text(answer: Any) -> str:
    """What was answered; an endless stream has said nothing yet."""
    return "" if answer.streaming else answer.content.decode(errors="replace")


def walk(
    client: Client, slug: str, ids: dict[str, Any], wanted: Callable[[Route], bool]
) -> Iterator[tuple[str, int, str]]:
    for route in filter(wanted, PAGES):
        for method in METHODS:
            path = route.path(slug, ids)
            answer = ask(client, method, path, ids)
            yield f"{method} {path}", answer.status_code, text(answer)


def names_a_row(route: Route) -> bool:
    """Whether the address names a row that must be there already."""
    return route.has_id() and route.name not in CHOSEN


def test_it_knows_every_address() -> None:
    pages = {route.name for route in PAGES}
    assert pages == set(rights.PAGES), "give each page its line in tests/rights.py"
    rest = [
        route.name
        for route in routes()
        if not (route.is_page or route.is_api or route.name in rights.OPEN)
        and not route.pattern.startswith(("/admin/", "/accounts/", "/content/"))
    ]
    assert rest == []


def test_it_takes_no_first_word_of_ours_as_a_workspace() -> None:
    words = {route.pattern.split("/")[1] for route in routes() if not route.is_page}
    assert words - {""} <= actions.RESERVED


def test_it_finds_alices_rows_for_alice(acme: Acme) -> None:
    browser = acme.world.browser(acme.world.alice)
    for route in filter(names_a_row, PAGES):
        if "GET" in rights.PAGES[route.name]:
            path = route.path("acme", acme.ids)
            assert browser.get(path).status_code in (200, 302), path


def test_it_is_not_there_for_a_stranger(acme: Acme) -> None:
    before = checksum(acme.world)
    charlie = acme.world.browser(acme.world.charlie)
    for asked, status, answer in walk(charlie, "acme", acme.ids, lambda route: True):
        assert status == 404, asked
        assert CANARY not in answer, asked
    assert checksum(acme.world) == before


def test_it_sends_nobody_to_sign_in(acme: Acme) -> None:
    before = checksum(acme.world)
    nobody = Client(SERVER_NAME="localhost", SERVER_PORT="8000")
    for asked, status, _answer in walk(nobody, "acme", acme.ids, lambda route: True):
        assert status == 302, asked
    assert checksum(acme.world) == before


@pytest.fixture(params=["both walls", "without the first wall"])
def walls_up(request: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "without the first wall":
        monkeypatch.setattr(WalledManager, "get_queryset", models.Manager.get_queryset)


def test_it_finds_no_foreign_row_from_ones_own_workspace(walls_up: None, acme: Acme) -> None:
    before = checksum(acme.world)
    charlie = acme.world.browser(acme.world.charlie)
    for asked, status, answer in walk(charlie, "globex", acme.ids, names_a_row):
        assert status in NOT_FOUND, asked
        assert CANARY not in answer, asked
    for asked, status, answer in walk(charlie, "globex", acme.ids, lambda r: not names_a_row(r)):
        assert status < 500, asked
        assert CANARY not in answer, asked
    assert checksum(acme.world) == before


def test_it_answers_a_foreign_id_as_one_that_never_was(acme: Acme) -> None:
    charlie = acme.world.browser(acme.world.charlie)
    never = {name: uuid.uuid4() for name in acme.ids}
    for route in filter(names_a_row, PAGES):
        foreign = charlie.get(route.path("globex", acme.ids))
        absent = charlie.get(route.path("globex", never))
        assert foreign.status_code == absent.status_code
        assert plain(foreign, acme.ids) == plain(absent, never), route.name


def plain(answer: Any, ids: dict[str, Any]) -> str:
    """The page without the id that was asked for, and without nonces and form tokens."""
    said = text(answer)
    for uid in ids.values():
        said = said.replace(str(uid), "")
    return re.sub(r'(nonce|value|content)="[^"]*"', "", said)


@pytest.mark.parametrize("wall", ["both walls", "without the first wall"])
def test_it_gives_a_foreign_program_nothing(
    wall: str, acme: Acme, monkeypatch: pytest.MonkeyPatch
) -> None:
    if wall == "without the first wall":
        monkeypatch.setattr(WalledManager, "get_queryset", models.Manager.get_queryset)
    before = checksum(acme.world)
    charlie = acme.world.api(acme.world.charlie)
    for route in API:
        path = route.path("", acme.ids)
        for method in VERBS:
            answer = charlie.client.generic(
                method, path, "{}", "application/json", headers=charlie.headers
            )
            assert CANARY not in text(answer), f"{method} {path}"
            if route.has_id():
                assert answer.status_code in NOT_FOUND, f"{method} {path}"
    assert checksum(acme.world) == before


def test_it_asks_every_program_for_a_token(acme: Acme) -> None:
    nobody = Client(SERVER_NAME="localhost", SERVER_PORT="8000")
    for route in API:
        path = route.path("", acme.ids)
        for method in VERBS:
            answer = nobody.generic(method, path, "{}", "application/json")
            assert answer.status_code in (401, 405), f"{method} {path}"


def test_it_keeps_the_operators_pages_for_operators(acme: Acme) -> None:
    charlie = acme.world.browser(acme.world.charlie)
    for route in routes():
        if not route.pattern.startswith("/admin/") or route.name == "admin:login":
            continue
        path = re.sub(r"<[^>]*>", "1", route.pattern)
        answer = charlie.get(path)
        assert answer.status_code in (302, 403, 404, 405), path
        assert CANARY not in text(answer), path


@pytest.mark.parametrize("role", Role.values)
def test_it_lets_each_role_do_what_is_declared(role: str, acme: Acme) -> None:
    user = actions.create_user(email="rita@acme.test", password=PASSWORD, name="Rita")
    rita = actions.add_member(workspace=acme.world.acme, user=user, role=role, at=NOW)
    own, _secret = actions.issue_token(member=rita, name="own", scopes=[], at=NOW)
    seat = UserSession.objects.create(user=user, row="another")
    ids = acme.ids | {"token": own.uid, "session": seat.uid}
    browser = acme.world.browser(rita)
    browser.get("/acme/")
    for route in PAGES:
        for method, right in rights.PAGES[route.name].items():
            path = route.path("acme", ids)
            asked = f"{method} {path}"
            denied = right is not None and not permissions.may(rita, right)
            before = checksum(acme.world) if denied else {}
            answer = ask(browser, method, path, ids)
            if denied:
                assert answer.status_code == 403, asked
                assert checksum(acme.world) == before, asked
            elif right is not None:
                assert answer.status_code != 403, asked
            assert answer.status_code < 500, asked


def test_it_uses_every_declared_right() -> None:
    asked = {right for page in rights.PAGES.values() for right in page.values() if right}
    assert asked <= set(permissions.RULES)
