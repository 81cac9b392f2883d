"""Codes, passwords, pay and bank stay private by rule; ordinary mail about such things does not."""

import importlib
import time
from typing import Any

import pytest
from django.apps import apps

from inbox.mime import parse, sensitive
from inbox.models import MailboxThread, Message, ThreadLink
from inbox.queries import access
from tests import make
from tests.inbox.post import deliver, mail, mailbox
from tests.world import World

ALICE = "alice@acme.test"
HTMX = {"HX-Request": "true"}


@pytest.mark.parametrize(
    ("sender", "subject", "text", "rule"),
    [
        ("no-reply@github.test", "Your verification code", "Use 481 516 to go on.", "code"),
        ("verify@x.test", "482913 is your X verification code", "", "code"),
        ("conta@nuvem.test", "Acesso", "Seu código de verificação é 884211.", "code"),
        ("noreply@x.test", "Hello", "Your login code: 7F3K9Q. It lasts ten minutes.", "code"),
        ("support@x.test", "Reset your password", "Follow this link.", "reset"),
        ("naoresponda@x.test", "Redefinição: altere sua senha", "", "reset"),
        ("security@x.test", "New sign-in to your account", "", "reset"),
        ("payroll@acme.test", "Payslip November 2026", "", "payroll"),
        ("dp@acme.test", "Folha de pagamento de novembro", "", "payroll"),
        ("alerts@bank.test", "Transaction alert: card ending in 4411", "", "bank"),
        ("extrato@banco.test", "Seu extrato bancário de novembro", "", "bank"),
        # What a customer, a seller or a shop writes
        ("ana@santos.test", "Reset your password: it does not work for us", "", ""),
        ("ana@santos.test", "Our access code for the gate is 4411", "Code 4411", ""),
        ("rui@payfast.test", "Payroll software for Acme", "Shall I show you payslips?", ""),
        ("sales@payfast.test", "A payroll demo for you", "Payslips in a minute.", ""),
        ("no-reply@shop.test", "Your discount code", "Use SAVE2026 for 20% off.", ""),
        ("no-reply@shop.test", "Order 4829131 has left", "Tracking 882919.", ""),
        ("news@x.test", "How we brought statements to life", "Bank of ideas, 2026.", ""),
        ("info@x.test", "Quote 48213", "The security of your data: see page 2026.", ""),
        ("billing@x.test", "Invoice 20261122", "Payment of 4,800.00 is due.", ""),
    ],
)
def test_it_tells_by_sender_and_purpose(sender: str, subject: str, text: str, rule: str) -> None:
    raw = mail(f"Somebody <{sender}>", ALICE, subject, text)
    assert sensitive.rule(parse.parse(raw)) == rule


@pytest.mark.parametrize("begun", ["nova", "altere", "reset my", "your", "set up new", "payslip"])
@pytest.mark.parametrize("again", ["a sua ", "a de da ", "my your ", "new set ", "code 1 ", "_-. "])
def test_no_subject_keeps_it_busy(begun: str, again: str) -> None:
    """Whoever writes as a program chooses the subject: no words are looked at in two ways."""
    began = time.process_time()
    for length in (22, 24, 26, 300, 20_000):
        subject = f"{begun} {again * length}!"
        sensitive.of(
            sender="noreply@x.test", subject=subject, text=subject, recipients=1, has_files=False
        )
        assert time.process_time() - began < 3, length


def test_it_shares_nothing_sensitive_by_default_or_link(world: World) -> None:
    """Named with its rule; the owner lifts it for one thread, for good."""
    with world.opened():
        shop = make.organization("Shop", domains=["shop.test"])
        box = mailbox(world.alice, ALICE, visibility="shared")
        code = mail("no-reply@shop.test", ALICE, "Your sign-in code", "It is 482913.", id="1@x")
        order = mail("no-reply@shop.test", ALICE, "Order 77", "Thanks.", id="2@x")
        [held, plain] = deliver(box, code, order)
        assert ThreadLink.objects.filter(kind="organization", object_id=shop.pk).count() == 2
        seen = set(access.entries(world.bob).values_list("thread_id", flat=True))
        assert seen == {plain.thread_id}
        uid = held.thread.uid
    alice, bob = world.browser(world.alice), world.browser(world.bob)
    path = f"/acme/inbox/t/{uid}/"
    page = alice.get(path, headers=HTMX).text
    assert "It has a code to sign in. Fio keeps it private" in page and "Kept private" in page
    assert bob.get(path).status_code == 404
    api = world.api(world.alice)
    assert api.get(f"threads/{uid}/").json()["kept_private"] == "code"
    alice.post(f"{path}visibility/", {"visibility": "shared"})
    assert bob.get(path).status_code == 200
    with world.opened():
        again = mail("no-reply@shop.test", ALICE, "Your sign-in code", "It is 1234.", id="3@x")
        deliver(box, again.replace(b"Subject", b"References: <1@x>\r\nSubject"))
        assert MailboxThread.objects.get(thread=held.thread_id).visibility == "shared"
    # Who has read it is told to whom it belongs to, not to whoever reads along
    told = api.get(f"threads/{uid}/readers/").json()
    assert [(each["name"], bool(each["read_at"])) for each in told["results"]] == [
        ("Alice Moreira", False),
        ("Bob Lindqvist", True),
    ]
    assert "Shared: whoever sees a record" in told["rule"]
    bobs = world.api(world.bob).get(f"threads/{uid}/readers/").json()
    assert not any(each["read_at"] for each in bobs["results"])
    stranger = world.api(world.charlie)
    assert stranger.get(f"threads/{uid}/readers/").status_code == 404
    closed = api.patch(f"threads/{uid}/", {"visibility": "closed"}).json()
    assert closed["visibility"] == "private" and bob.get(path).status_code == 404


def test_it_previews_a_new_default_and_changes_old_mail_when_asked(world: World) -> None:
    with world.opened():
        make.person("Ana", "ana@santos.test")
        box = mailbox(world.alice, ALICE)
        make.connection(box)
        deliver(
            box,
            mail("ana@santos.test", ALICE, "Pilot", id="1@x"),
            mail("leo@home.test", ALICE, "Boat", id="2@x"),
            mail("no-reply@x.test", ALICE, "Your login code", "4821", id="3@x"),
        )
    alice = world.browser(world.alice)
    at = f"/acme/settings/mailboxes/{box.uid}/"
    said = alice.get(f"{at}effect/?visibility=shared").text
    assert "the 2 earlier ones too: 1 linked" in said and "1 with codes" in said
    form = {"visibility": "shared", "makes_people": "nobody", "name": "", "sync_from": ""}
    folders = {"folders": [str(uid) for uid in [row.uid for row in _folders(world, box)]]}
    assert alice.post(f"{at}options/", form | folders).status_code == 302
    with world.opened():
        assert not MailboxThread.objects.filter(visibility="shared").exists()
    alice.post(f"{at}options/", form | folders | {"old_too": "on"})
    with world.opened():
        assert MailboxThread.objects.filter(visibility="shared").count() == 2
        assert access.entries(world.bob).count() == 1
    assert world.browser(world.bob).get(f"{at}effect/?visibility=shared").status_code == 404


def _folders(world: World, box: Any) -> Any:
    with world.opened():
        return list(box.folders.all())


def test_it_gives_old_mail_its_links_and_rules(world: World) -> None:
    """As the migration does for what was there before; once more changes nothing."""
    links = importlib.import_module("inbox.migrations.0016_old_links")
    secrets = importlib.import_module("inbox.migrations.0017_old_secrets")
    with world.opened():
        depot = make.organization("Depot", domains=["depot.test"])
        make.person("Ana", "ana@santos.test", organization=depot)
        box = mailbox(world.alice, ALICE, visibility="shared")
        deliver(
            box,
            mail("ana@santos.test", ALICE, "Pilot", id="1@x"),
            mail("rui@depot.test", f"{ALICE}, bob@acme.test", "Vans", id="2@x"),
            mail("bob@acme.test", ALICE, "Lunch", id="3@x"),
            mail("no-reply@x.test", ALICE, "Your login code", "It is 4821.", id="4@x"),
        )
        asked = ("thread_id", "kind", "object_id", "rule", "why")
        expected = set(ThreadLink.objects.values_list(*asked))
        assert len(expected) == 3
        ThreadLink.objects.all().delete()
        Message.objects.update(sensitive="")
        MailboxThread.objects.update(sensitive="", visibility="shared")
        for _time in range(2):
            links.link(apps, old_rows("inbox.Thread"))
            secrets.keep_private(apps, old_rows("inbox.Message"))
            assert set(ThreadLink.objects.values_list(*asked)) == expected
        assert Message.objects.exclude(sensitive="").count() == 1
        assert MailboxThread.objects.get(sensitive="code").visibility == "private"
        assert MailboxThread.objects.filter(visibility="shared").count() == 3


def old_rows(label: str) -> Any:
    return apps.get_model(label)._base_manager.all()
