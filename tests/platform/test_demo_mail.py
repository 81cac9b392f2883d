"""The demo's mail server as a mail program sees it, and its customers as a rep does."""

import email
import email.policy
import re
import signal
import smtplib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path

import pytest
from imapclient import IMAPClient

from crm.config.demo import accounts, people, phrases
from crm.workspaces import guard
from inbox import remote

CHECKOUT = Path(__file__).parents[2]
PATIENCE = 30.0


@contextmanager
def mailserver(folder: Path, *, answer_after: str = "0") -> Iterator[subprocess.Popen[bytes]]:
    """The server on the folder, ready to be used."""
    server = subprocess.Popen(
        [
            *(sys.executable, "-m", "crm.config.demo.mailserver", str(folder)),
            *("--answer-after", answer_after, answer_after),
        ],
        cwd=CHECKOUT,
    )
    try:
        deadline = time.monotonic() + PATIENCE
        while not _listens(accounts.ports_in_use(folder)):
            assert server.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.05)
        yield server
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(PATIENCE)


def _listens(ports: accounts.Ports) -> bool:
    for port in ports:
        with socket.socket() as line:
            if line.connect_ex((accounts.HOST, port)) != 0:
                return False
    return True


@contextmanager
def inbox_of(folder: Path, key: str = "alice") -> Iterator[IMAPClient]:
    """A signed-in client with the inbox open."""
    client = IMAPClient(accounts.HOST, accounts.ports_in_use(folder)[0], ssl=False, timeout=20)
    try:
        client.login(accounts.by_key(key).address, accounts.PASSWORD)
        client.select_folder("INBOX")
        yield client
    finally:
        client.shutdown()


def send(folder: Path, to: str, text: str, **headers: str) -> EmailMessage:
    """Alice writes a mail."""
    message = EmailMessage()
    message["From"] = "Alice Martins <alice@acme.test>"
    message["To"] = to
    message["Subject"] = headers.pop("Subject", "About the quote")
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    with smtplib.SMTP(accounts.HOST, accounts.ports_in_use(folder)[1], timeout=20) as line:
        line.login("alice@acme.test", accounts.PASSWORD)
        line.send_message(message)
    return message


def next_mail(client: IMAPClient, after: int) -> tuple[int, EmailMessage]:
    """The first mail with a higher number than `after`, once it is there."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        client.noop()
        fresh = [uid for uid in client.search() if uid > after]
        if fresh:
            raw = client.fetch(fresh[:1], ["BODY.PEEK[]"])[fresh[0]][b"BODY[]"]
            message = email.message_from_bytes(raw, policy=email.policy.default)
            assert isinstance(message, EmailMessage)
            return fresh[0], message
        time.sleep(0.1)
    raise AssertionError("no mail came")


def text_of(message: EmailMessage) -> str:
    """The plain body."""
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A mail server that all stories but those of a restart share."""
    place = tmp_path_factory.mktemp("demo-mail")
    with mailserver(place):
        yield place


def test_it_holds_believable_mail_for_every_account(folder: Path) -> None:
    with inbox_of(folder) as client:
        names = {str(name) for _flags, _delimiter, name in client.list_folders()}
        assert names == {"INBOX", *accounts.FOLDERS}
        arrived = [d[b"INTERNALDATE"] for d in client.fetch("1:*", ["INTERNALDATE"]).values()]
        assert len(arrived) > 60
        assert (max(arrived) - min(arrived)).days > 50
        assert sorted(arrived) == arrived
    for account in accounts.ACCOUNTS:
        with inbox_of(folder, account.key) as client:
            assert client.search()


def test_it_serves_the_bytes_it_was_given(folder: Path) -> None:
    raw = "Subject: wörtlich\r\nX-Odd:   spaces\tand tabs \r\n\r\n.dot\r\nFrom the end\r\n".encode()
    with inbox_of(folder) as client:
        client.append("Drafts", raw)
        client.select_folder("Drafts")
        assert client.fetch("*", ["BODY.PEEK[]"]).popitem()[1][b"BODY[]"] == raw


def test_it_moves_mail_and_keeps_flags(folder: Path) -> None:
    with inbox_of(folder, "bob") as client:
        first = client.search()[0]
        subject = client.fetch([first], ["ENVELOPE"])[first][b"ENVELOPE"].subject
        client.add_flags([first], [b"\\Seen", b"\\Flagged"])
        client.move([first], "Archive")
        assert first not in client.search()
        client.select_folder("Archive")
        moved = client.fetch("*", ["ENVELOPE", "FLAGS"]).popitem()[1]
    assert moved[b"ENVELOPE"].subject == subject
    assert b"\\Flagged" in moved[b"FLAGS"]


@pytest.mark.parametrize(
    ("to", "text", "language"),
    [
        ("helen.carter@northwind-freight.test", "Hi Helen, is the price all right?", "en"),
        ("helena@ribeirologistica.test", "Bom dia, Helena, você viu a nossa proposta?", "pt"),
        ("maria.souza@empresa-nova.test", "Olá Maria, quando podemos fazer uma visita?", "pt"),
    ],
)
def test_its_customers_answer_in_the_thread_and_in_the_language(
    folder: Path, to: str, text: str, language: str
) -> None:
    with inbox_of(folder) as client:
        last = max(client.search())
        sent_id = f"<{time.time_ns()}@acme.test>"
        send(folder, to, text, Message_ID=sent_id)
        _number, answer = next_mail(client, last)
    assert answer["In-Reply-To"] == sent_id
    assert answer["Subject"] == "Re: About the quote"
    own, _, quoted = text_of(answer).partition("\n> ")
    assert text in f"> {quoted}"
    assert phrases.language_of(own) == language
    assert people.behind(to).name in own


def test_its_customers_know_when_it_is_enough(folder: Path) -> None:
    to, first = "priya@lumenretail.test", f"<{time.time_ns()}@acme.test>"
    with inbox_of(folder) as client:
        last = max(client.search())
        send(folder, to, "Hello Priya, what about a visit?", Message_ID=first)
        for turn in range(2):
            last, answer = next_mail(client, last)
            chain = f"{answer['References']} {answer['Message-ID']}"
            send(folder, to, f"Thank you! Round {turn}?", References=chain)
        last, answer = next_mail(client, last)
        assert any(saying in text_of(answer) for saying in phrases.SAYINGS["en"]["closing"])
        send(folder, to, "Bye!", References=f"{answer['References']} {answer['Message-ID']}")
        send(folder, to, "I am away.", Auto_Submitted="auto-replied")
        # Answers come in the order of the questions: this one would come after any of those.
        send(folder, "tom.becker@brightline.test", "Hello Tom, is all well with you?")
        _number, answer = next_mail(client, last)
    assert "Tom Becker" in str(answer["From"])


def test_it_reports_an_address_that_nobody_has(folder: Path) -> None:
    with inbox_of(folder) as client:
        last = max(client.search())
        send(folder, "unknown@somewhere.test", "Is anybody there?", Message_ID="<lost@acme.test>")
        _number, report = next_mail(client, last)
    assert report.get_content_type() == "multipart/report"
    status = next(p for p in report.walk() if p.get_content_type() == "message/delivery-status")
    assert "5.1.1" in status.as_string()
    assert "unknown@somewhere.test" in status.as_string()
    assert "<lost@acme.test>" in report.as_string()


def test_it_shows_the_pictures_of_newsletters_to_those_who_ask(folder: Path) -> None:
    port = accounts.ports_in_use(folder).pictures
    policy = guard.Policy(allow=frozenset({(accounts.HOST, port)}))
    with inbox_of(folder) as client:
        found = client.search(["FROM", "Warehouse Weekly"])
        mail = email.message_from_bytes(
            client.fetch(found[0], ["BODY.PEEK[]"])[found[0]][b"BODY[]"],
            policy=email.policy.default,
        )
    page = mail.get_body(("html",))
    assert page is not None
    urls = re.findall(r'src="([^"]+)"', page.get_content())
    assert len(urls) == 3
    kinds = [remote.fetch(url, policy=policy)[0] for url in urls]
    assert kinds == ["image/png", "image/png", "image/gif"]
    with pytest.raises(remote.NoPicture):
        remote.fetch(f"http://{accounts.HOST}:{port}/nothing/logo.png", policy=policy)


def test_it_refuses_a_wrong_password(folder: Path) -> None:
    imap, smtp, _pictures = accounts.ports_in_use(folder)
    client = IMAPClient(accounts.HOST, imap, ssl=False, timeout=20)
    with pytest.raises(IMAPClient.Error):
        client.login("alice@acme.test", "wrong")
    client.shutdown()
    with (
        smtplib.SMTP(accounts.HOST, smtp, timeout=20) as line,
        pytest.raises(smtplib.SMTPAuthenticationError),
    ):
        line.login("alice@acme.test", "wrong")


def test_it_loses_nothing_when_killed(tmp_path: Path) -> None:
    with mailserver(tmp_path, answer_after="3") as server:
        with inbox_of(tmp_path) as client:
            before = client.fetch("1:*", ["BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)]"])
            generation = client.folder_status("INBOX", ["UIDVALIDITY"])
        send(tmp_path, "tom.becker@brightline.test", "Hello Tom, shall we meet on Friday?")
        server.kill()
        server.wait()
        ports = accounts.ports_in_use(tmp_path)
    with mailserver(tmp_path), inbox_of(tmp_path) as client:
        assert accounts.ports_in_use(tmp_path) == ports
        assert client.folder_status("INBOX", ["UIDVALIDITY"]) == generation
        _number, answer = next_mail(client, max(before))
        assert "Tom Becker" in str(answer["From"])
        after = client.fetch(list(before), ["BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)]"])
    key = b"BODY[HEADER.FIELDS (MESSAGE-ID)]"
    assert {u: d[key] for u, d in after.items()} == {u: d[key] for u, d in before.items()}
