"""Markup in every text that anybody can store: each page shows it, none takes it for its own."""

from html.parser import HTMLParser
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from crm.contacts.models import Import, Person
from crm.deals.models import StageRemoval
from crm.fields.models import Field, Label, Likeness, View
from crm.timeline.actions import files, notes
from crm.timeline.actions.types import create_type
from crm.workspaces import actions
from crm.workspaces.models import Role
from inbox.actions import commenting
from inbox.models import Attachment, LedgerEntry, Sweep
from tests import make, rights
from tests.routes import routes
from tests.world import NOW, PASSWORD, World

# Closes whatever it may stand in: text, both kinds of attributes, scripts, styles, comments
SHARP = "--></script></style><b hurt=1>\"><b hurt=2>'><b hurt=3>{{7*7}}"
SCHEME = "javascript:hurt()"


class Reader(HTMLParser):
    """Notes every element and attribute that the markup above would have made."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.hurt: list[str] = []
        self.said: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            bad = name == "hurt" or name.startswith("on")
            if bad or (name in ("href", "src", "action") and "javascript:" in (value or "")):
                self.hurt.append(f"<{tag} {name}={value!r}>")
            self.said.append(value or "")

    def handle_data(self, data: str) -> None:
        self.said.append(data)


def hurt(answer: Any) -> tuple[list[str], str]:
    reader = Reader()
    reader.feed(answer.content.decode(errors="replace"))
    return reader.hurt, " ".join(reader.said)


@pytest.fixture
def stored(world: World) -> dict[str, Any]:
    """Ids of rows of every kind, each text of them sharp."""
    user = actions.create_user(email="s@acme.test", password=PASSWORD, name=SHARP)
    sharp = actions.add_member(workspace=world.acme, user=user, role=Role.MEMBER, at=NOW)
    offer, _secret = actions.invite(email="x@acme.test", role=Role.MEMBER, by=world.alice, at=NOW)
    token, _secret = actions.issue_token(member=world.alice, name=SHARP, scopes=[], at=NOW)
    actions.change_profile(user=world.alice.user, name=SHARP, preferences={})
    actions.rename_workspace(workspace=world.acme, name=SHARP, by=world.alice, at=NOW)
    ids: dict[str, Any] = {"member": sharp.uid, "invitation": offer.uid, "token": token.uid}
    with world.opened():
        ids |= _mail(world) | {"team": actions.create_team(name=SHARP, by=world.alice, at=NOW).uid}
    return ids


def _mail(world: World) -> dict[str, Any]:
    box = make.mailbox(world.alice, name=SHARP, state_reason=SHARP)
    make.connection(box)
    stages = make.pipeline(SHARP[:60], SHARP[:60])
    folder = make.folder(box, SHARP, display=SHARP)
    mail = make.message(
        box,
        subject=SHARP,
        sender=f"{SHARP} <dana@northwind.test>".replace('"', "'"),
        text=f"{SHARP} {SCHEME} https://x.test/\"onmouseover='hurt()' <dana@x.test>\n",
        files=[(SHARP.replace("/", "_"), "text/plain", b"x")],
    )
    with_html = make.message(box, within=mail.thread, subject=SHARP, html=f"<p>Hi</p>{SHARP}")
    entry = LedgerEntry.objects.first()
    assert entry is not None and with_html.has_html
    LedgerEntry.objects.filter(pk=entry.pk).update(reason=SHARP)
    return {
        "mailbox": box.uid,
        "folder": folder.uid,
        "message": mail.uid,
        "thread": mail.thread.uid,
        "attachment": Attachment.objects.first().uid,
        "entry": entry.uid,
        "draft": make.draft(box, world.alice, subject=SHARP, to=[[SHARP, SHARP]]).uid,
        "outgoing": make.outgoing(
            box, world.alice, subject=SHARP, state="failed", error_text=SHARP
        ).uid,
        "upload": make.upload(world.alice, SHARP.replace("/", "_")).uid,
        "sweep": Sweep.objects.create(by=world.alice, verb="done").uid,
        "mail_label": make.mail_label(SHARP[:40]).uid,
        "block": make.block(world.alice).uid,
        "suppression": make.suppression(by=world.alice).uid,
        "comment": commenting.write(
            thread=mail.thread, html=f"{SHARP} x", by=world.alice, at=NOW
        ).comment.uid,
        "mail_template": make.mail_template(
            world.alice, name=SHARP, subject=SHARP, folder=SHARP[:80]
        ).uid,
        "person": make.person(SHARP, f"{'a' * 9}@northwind.test").uid,
        "organization": make.organization(SHARP, domains=[SHARP], phone=SHARP[:60]).uid,
        "deal": make.deal(stages[0], SHARP, lost_reason=SHARP).uid,
        "stage": stages[0].uid,
        "pipeline": stages[0].pipeline.uid,
        "stage_removal": StageRemoval.objects.create(
            stage=stages[0], name=SHARP[:60], to=stages[0], by=world.alice, total=9
        ).uid,
        "reason": make.lost_reason(SHARP).uid,
        "currency": make.currency("XTS").uid,
        "lead": make.lead(SHARP, source=SHARP[:80]).uid,
        **_project(),
        **_written(world),
        **_listed(world),
        "session": "0198f1c2-0000-7000-8000-000000000000",
        "export": "0198f1c2-0000-7000-8000-000000000001",
    }


def _listed(world: World) -> dict[str, Any]:
    """What lists of people are made of: a file read in, a label, a field, a view, a likeness."""
    choice = {"key": "0f1e2d3c", "name": SHARP[:60]}
    field = Field.objects.create(
        kind="person", key="sharp", name=SHARP[:60], type="choice", options=[choice]
    )
    likeness = Likeness.objects.create(
        kind="person", first_id=1, second_id=2, reasons=["phone"], score=90
    )
    return {
        "import": Import.objects.create(kind="person", filename=SHARP, by=world.alice).uid,
        "label": Label.objects.create(kind="person", name=SHARP[:40]).uid,
        "field": field.uid,
        "key": choice["key"],
        "view": View.objects.create(kind="person", name=SHARP[:60], owner=world.alice).uid,
        "likeness": likeness.uid,
    }


def _project() -> dict[str, Any]:
    phase = make.board(SHARP[:60], SHARP[:60])[0]
    project = make.project(phase, SHARP, description=SHARP)
    tasks = [{"name": SHARP, "days": 1, "tasks": [{"name": SHARP, "days": None}]}]
    return {
        "board": phase.board.uid,
        "phase": phase.uid,
        "project": project.uid,
        "task": make.task(project, SHARP[:200]).uid,
        "template": make.template(phase, SHARP, tasks=tasks).uid,
    }


def _written(world: World) -> dict[str, Any]:
    """An activity, a note and a file about the first person there is."""
    person = Person.objects.first()
    kind = create_type(name=SHARP[:40], icon="phone", by=world.alice, at=NOW)
    activity = make.activity(SHARP, person, type=kind, note=SHARP, assignee=world.alice)
    note = notes.write_note(html=f"{SHARP} x", about=[person], by=world.alice, at=NOW)
    sent = SimpleUploadedFile(SHARP.replace("/", "_"), b"x")
    file = files.add_file(file=sent, content_type=SHARP, about=[person], by=world.alice, at=NOW)
    return {
        "activity": activity.uid,
        "activity_type": kind.uid,
        "note": note.uid,
        "record_file": file.uid,
    }


def test_it_shows_markup_and_never_takes_it_for_its_own(
    world: World, stored: dict[str, Any]
) -> None:
    alice = world.browser(world.alice)
    shown = 0
    for route in routes():
        if "GET" not in (rights.PAGES.get(route.name) or {}) or route.name == "ui:events":
            continue
        path = route.path("acme", stored)
        for query in ({}, {"q": SHARP, "current": SHARP, "mailbox": SHARP, "next": SCHEME}):
            answer = alice.get(path, query)
            if answer.streaming or not answer.headers.get("Content-Type", "").startswith("text/h"):
                continue
            found, said = hurt(answer)
            assert not found, f"{path}: {found}"
            assert ">49" not in said, path
            shown += "hurt=" in said
    assert shown > 25


def test_it_answers_programs_with_nothing_a_browser_would_read_as_a_page(
    world: World, stored: dict[str, Any]
) -> None:
    api = world.api(world.alice)
    for path in (
        "people/",
        "threads/",
        "messages/",
        "mailboxes/",
        "drafts/",
        "outbox/",
        "nothing/",
    ):
        answer = api.get(path)
        assert "json" in answer.headers["Content-Type"], path
        assert answer.headers["X-Content-Type-Options"] == "nosniff", path


def test_it_writes_what_it_was_told_wrong_back_as_text(world: World) -> None:
    alice = world.browser(world.alice)
    asked = {
        "/acme/people/new/": {"name": "", "addresses": SHARP, "company": SHARP},
        "/acme/settings/profile/": {"name": SHARP, "time_zone": SHARP, "language": SHARP},
        "/acme/settings/invitations/": {"email": SHARP, "role": SHARP},
        "/acme/settings/tokens/": {"name": SHARP, "scopes": SHARP, "lifetime": SHARP},
        "/acme/settings/mailboxes/connect/": {"address": SHARP, "kind": SHARP},
        "/acme/settings/teams/": {"name": SHARP * 9},
        "/workspaces/new/": {"name": SHARP * 9},
    }
    for path, form in asked.items():
        answer = alice.post(path, form)
        assert answer.status_code == 422, path
        assert hurt(answer)[0] == [], path
    for path in ("login", "signup", "password/reset"):
        form = {"login": SHARP, "email": SHARP, "name": SHARP, "password": "x"}
        answer = (
            world.browser(world.alice)
            .__class__(headers={"host": "localhost:8000"})
            .post(f"/accounts/{path}/", form)
        )
        assert hurt(answer)[0] == [], path
