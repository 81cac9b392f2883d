"""Mail leaves once, and whoever sends it knows what became of it."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from crm.workspaces import guard
from sync.providers import errors
from sync.providers.base import Endpoint, Login, OutboundItem, Security, Stage
from sync.providers.smtp import SmtpSender
from tests.servers import sink as sinks
from tests.servers.certificates import Certificate
from tests.servers.dovecot import PASSWORD
from tests.servers.exim import Exim
from tests.servers.fixtures import Box, mail
from tests.servers.proxy import Proxy
from tests.servers.sink import Sink

ALICE = Login("alice@acme.test", sinks.PASSWORD)


def item(*recipients: str, raw: bytes = b"", sender: str = "alice@acme.test") -> OutboundItem:
    raw = raw or mail(1, body="Dear Dana,\r\n.starts with a dot\r\nAlice")
    return OutboundItem(raw, sender, recipients, "<1.question@customer.test>")


def sender(port: int, policy: guard.Policy, **more: float) -> SmtpSender:
    endpoint = Endpoint("localhost", port, Security.STARTTLS)
    return SmtpSender(endpoint, ALICE, policy=policy, **more)


@pytest.fixture
def stages() -> list[Stage]:
    return []


def test_it_sends_under_tls_after_signing_in(
    smtp_sink: Sink, policy: guard.Policy, stages: list[Stage]
) -> None:
    result = sender(smtp_sink.port, policy).send(item("dana@customer.test"), stages.append)

    (received,) = smtp_sink.mails
    assert received.raw == item().raw
    assert received.is_secure and received.user == "alice@acme.test"
    assert received.recipients == ["dana@customer.test"]
    assert [r.accepted for r in result.recipients] == [True] and result.is_sent
    assert stages == [Stage.CONNECT, Stage.MAIL, Stage.RCPT, Stage.DATA, Stage.DONE]


def test_it_sends_over_tls_from_the_first_byte(
    certificate: Certificate, policy: guard.Policy, stages: list[Stage]
) -> None:
    with sinks.sink(certificate, implicit_tls=True) as sink:
        endpoint = Endpoint("localhost", sink.port, Security.TLS)
        sent = SmtpSender(endpoint, ALICE, policy=policy).send(item("d@c.test"), stages.append)
        assert sent.is_sent and sink.mails[0].is_secure


def test_it_tells_each_recipient_apart(
    smtp_sink: Sink, policy: guard.Policy, stages: list[Stage]
) -> None:
    to = item("dana@customer.test", "nouser@customer.test", "tempfail@customer.test")
    result = sender(smtp_sink.port, policy).send(to, stages.append)

    by_address = {r.address: r for r in result.recipients}
    assert by_address["dana@customer.test"].accepted
    assert by_address["nouser@customer.test"].permanent
    assert by_address["nouser@customer.test"].status == 550
    assert not by_address["tempfail@customer.test"].permanent
    assert len(result.refused) == 2 and len(smtp_sink.mails) == 1


def test_it_sends_nothing_when_nobody_is_accepted(
    smtp_sink: Sink, policy: guard.Policy, stages: list[Stage]
) -> None:
    result = sender(smtp_sink.port, policy).send(item("nouser@c.test"), stages.append)

    assert not result.is_sent and smtp_sink.mails == []
    assert Stage.DATA not in stages


def test_it_succeeds_on_the_second_try_where_the_first_is_greylisted(
    smtp_sink: Sink, policy: guard.Policy, stages: list[Stage]
) -> None:
    first = sender(smtp_sink.port, policy).send(item("greylist@c.test"), stages.append)
    assert not first.is_sent and not first.recipients[0].permanent
    assert sender(smtp_sink.port, policy).send(item("greylist@c.test"), stages.append).is_sent


def test_f57_it_does_not_know_when_the_server_leaves_after_the_mail(
    smtp_sink: Sink, policy: guard.Policy, stages: list[Stage]
) -> None:
    with pytest.raises(errors.OutcomeUnknown) as caught:
        sender(smtp_sink.port, policy).send(item("vanish@c.test"), stages.append)

    assert caught.value.stage == Stage.DATA and stages[-1] is Stage.DATA
    assert len(smtp_sink.mails) == 1
    assert "Sent folder" in caught.value.remedy


def test_it_may_try_again_when_the_wire_breaks_before_the_end_of_the_mail(
    smtp_sink: Sink,
    policy: guard.Policy,
    stages: list[Stage],
    faulty: Callable[[int], Proxy],
) -> None:
    proxy = faulty(smtp_sink.port)
    proxy.cut_after = 900  # somewhere in the sign-in, whatever TLS makes of it
    with pytest.raises((errors.Transient, errors.Unsafe)):
        sender(proxy.port, policy).send(item("dana@c.test"), stages.append)
    assert Stage.DATA not in stages and smtp_sink.mails == []


def test_it_stops_before_the_end_when_told_to(smtp_sink: Sink, policy: guard.Policy) -> None:
    class LostLease(Exception):
        pass

    def on_stage(stage: Stage) -> None:
        if stage is Stage.DATA:
            raise LostLease

    with pytest.raises(LostLease):
        sender(smtp_sink.port, policy).send(item("dana@c.test"), on_stage)
    assert smtp_sink.mails == []


@pytest.mark.parametrize(
    ("recipient", "kind", "code"),
    [
        ("spam@c.test", errors.Permanent, "send.content"),
        ("later@c.test", errors.Transient, "send.later"),
        ("busy@c.test", errors.Transient, "server.busy"),
    ],
)
def test_it_takes_the_servers_word_for_what_is_final(
    smtp_sink: Sink,
    policy: guard.Policy,
    stages: list[Stage],
    recipient: str,
    kind: type[errors.ProviderError],
    code: str,
) -> None:
    with pytest.raises(kind) as caught:
        sender(smtp_sink.port, policy).send(item(recipient), stages.append)
    assert caught.value.code == code


def test_it_names_the_size_limit_before_sending(
    certificate: Certificate, policy: guard.Policy, stages: list[Stage]
) -> None:
    with sinks.sink(certificate, size=2_097_152) as sink:
        big = item("dana@c.test", raw=mail(1, size=3_000_000))
        with pytest.raises(errors.Permanent, match="over_limit") as caught:
            sender(sink.port, policy).send(big, stages.append)
        assert "2 MB" in caught.value.safe_text
        assert sink.mails == [] and stages == [Stage.CONNECT]


def test_it_gives_no_password_to_a_relay_that_asks_for_none(
    policy: guard.Policy, stages: list[Stage]
) -> None:
    with sinks.sink(None, auth=False) as relay:
        allowed = Endpoint("localhost", relay.port, Security.PLAIN, allow_plain=True)
        post = SmtpSender(allowed, ALICE, policy=policy)
        assert post.send(item("dana@customer.test"), stages.append).is_sent
        (received,) = relay.mails
    assert received.user is None


def test_it_refuses_to_sign_in_without_tls(policy: guard.Policy, stages: list[Stage]) -> None:
    with sinks.sink(None) as sink:
        with pytest.raises(errors.Unsafe, match="stripped"):
            sender(sink.port, policy).send(item("dana@c.test"), stages.append)
        endpoint = Endpoint("localhost", sink.port, Security.PLAIN)
        with pytest.raises(errors.Unsafe, match="required"):
            SmtpSender(endpoint, ALICE, policy=policy).send(item("dana@c.test"), stages.append)
        allowed = Endpoint("localhost", sink.port, Security.PLAIN, allow_plain=True)
        assert SmtpSender(allowed, ALICE, policy=policy).send(item("d@c.test"), stages.append)


def test_it_says_when_the_password_is_wrong(
    smtp_sink: Sink, policy: guard.Policy, stages: list[Stage]
) -> None:
    endpoint = Endpoint("localhost", smtp_sink.port, Security.STARTTLS)
    wrong = SmtpSender(endpoint, Login("alice@acme.test", "nope"), policy=policy)
    with pytest.raises(errors.AuthRevoked, match=r"auth\.refused"):
        wrong.send(item("dana@c.test"), stages.append)


@pytest.fixture
def without_utf8(certificate: Certificate) -> Iterator[Sink]:
    with ExitStack() as stack:
        yield stack.enter_context(sinks.sink(certificate, utf8=False))


def test_it_writes_addresses_as_the_server_can_take_them(
    smtp_sink: Sink, without_utf8: Sink, policy: guard.Policy, stages: list[Stage]
) -> None:
    to = item("dänä@bücher.test", "dana@bücher.test", "evil@c.test>\r\nRCPT TO:<x@c.test")

    modern = sender(smtp_sink.port, policy).send(to, stages.append)
    assert [r.accepted for r in modern.recipients] == [True, True, False]
    assert "SMTPUTF8" in smtp_sink.mails[0].options

    old = sender(without_utf8.port, policy).send(to, stages.append)
    assert [r.accepted for r in old.recipients] == [False, True, False]
    assert old.recipients[0].code == "send.address"
    assert without_utf8.mails[0].recipients == ["dana@xn--bcher-kva.test"]


def test_f41_it_sends_through_a_real_server_and_a_bounce_comes_back(
    exim_server: Exim, box: Box, policy: guard.Policy, stages: list[Stage]
) -> None:
    endpoint = Endpoint("localhost", exim_server.tls_port, Security.TLS)
    smtp = SmtpSender(endpoint, Login(box.address, PASSWORD), policy=policy)
    result = smtp.send(item(box.address, "nobody@acme.test", sender=box.address), stages.append)
    assert result.is_sent

    client = box.client()
    client.select_folder("INBOX")
    client.idle()
    found: list[int] = client.search() if not client.idle_done() else []
    while len(found) < 2:
        client.idle()
        client.idle_check(timeout=5)
        client.idle_done()
        found = client.search()
    bodies = [data[b"BODY[]"] for data in client.fetch(found, ["BODY.PEEK[]"]).values()]
    assert any(b"message/delivery-status" in body for body in bodies)
    assert any(b".starts with a dot" in body for body in bodies)


def test_it_does_not_wait_for_a_server_that_dribbles(
    policy: guard.Policy, stages: list[Stage]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def dribble() -> None:
            with contextlib.suppress(OSError):
                sock, _ = server.accept()
                while True:
                    sock.sendall(b"2")
                    time.sleep(0.1)

        threading.Thread(target=dribble, daemon=True).start()
        endpoint = Endpoint("localhost", server.getsockname()[1], Security.STARTTLS)
        with pytest.raises(errors.Transient, match="timeout"):
            SmtpSender(endpoint, ALICE, policy=policy, timeout=1.0).send(item("d@c"), stages.append)
    assert stages == [Stage.CONNECT]
