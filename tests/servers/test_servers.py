"""The tests' own servers: they work for normal users, stop for good, and say what is missing."""

from __future__ import annotations

import os
import socket
import threading

import pytest

from crm.workspaces import guard
from sync.providers.base import Endpoint, Login, OutboundItem, Security
from sync.providers.imap import ImapProvider
from sync.providers.imap_idle import Watch
from sync.providers.smtp import SmtpSender
from tests.servers import certificates, dovecot, exim, process
from tests.servers.dovecot import PASSWORD
from tests.servers.fixtures import mail
from tests.servers.load import TIMEOUT, Load

ALICE = Login("alice@acme.test", PASSWORD)


def test_it_runs_mail_servers_as_a_normal_user(
    certificate: certificates.Certificate, policy: guard.Policy
) -> None:
    user = "nobody" if os.geteuid() == 0 else None
    with (
        dovecot.dovecot(certificate, user=user) as imap,
        exim.exim(certificate, lmtp=imap.lmtp, user=user) as smtp,
    ):
        watch = Watch(Endpoint("localhost", imap.imaps), ALICE, policy=policy)
        watch.open("INBOX")
        watch.start()
        sender = SmtpSender(
            Endpoint("localhost", smtp.port, Security.STARTTLS), ALICE, policy=policy
        )
        item = OutboundItem(mail(1), "alice@acme.test", ("alice@acme.test",), "<1@x>")
        assert sender.send(item, lambda stage: None).is_sent
        with socket.socket(fileno=os.dup(watch.fileno())) as sock:
            sock.settimeout(20)
            assert sock.recv(1, socket.MSG_PEEK)
        assert watch.on_readable() or watch.look({}) == ("INBOX",)
        watch.close()
        ports = [*imap.server.ports, *smtp.server.ports]
        pids = process.family(imap.server.process.pid) | process.family(smtp.server.process.pid)

    assert all(process.listening(port) is None for port in ports)
    assert not [pid for pid in pids if os.path.exists(f"/proc/{pid}/exe") and _is_alive(pid)]


def _is_alive(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_it_delivers_by_two_ways_into_one_mailbox(
    dovecot_server: dovecot.Dovecot, policy: guard.Policy
) -> None:
    dovecot_server.put("two@acme.test", [mail(1)])
    login = Login("two@acme.test", PASSWORD)
    provider = ImapProvider(Endpoint("localhost", dovecot_server.imaps), login, policy=policy)
    assert provider.poll({"INBOX": None}).status["INBOX"].messages == 1
    provider.close()


def test_mail_is_laid_in_while_the_server_is_at_work_there(
    dovecot_server: dovecot.Dovecot, policy: guard.Policy
) -> None:
    dovecot_server.put("busy@acme.test", [mail(1)])
    box, over = dovecot_server.maildir("busy@acme.test"), threading.Event()

    def work() -> None:
        while not over.is_set():
            for number in range(20):
                (box / f"dovecot-uidlist.lock{number}").touch()
            for number in range(20):
                (box / f"dovecot-uidlist.lock{number}").unlink()

    server = threading.Thread(target=work)
    server.start()
    try:
        for number in range(2, 202):
            dovecot_server.put("busy@acme.test", [mail(number)])
    finally:
        over.set()
        server.join()
    login = Login("busy@acme.test", PASSWORD)
    provider = ImapProvider(Endpoint("localhost", dovecot_server.imaps), login, policy=policy)
    assert provider.poll({"INBOX": None}).status["INBOX"].messages == 201
    provider.close()


def test_an_event_on_its_way_while_the_listener_leaves_is_no_failure() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        load = Load(server.getsockname()[1], "", "", "", lambda number: None)
        listener = threading.Thread(target=load._work, args=(load._events,))
        listener.start()
        stream, _address = server.accept()
        stream.recv(65_536)
        stream.sendall(b"HTTP/1.1 200 OK\r\n\r\n: hello\n")
        load._over.set()
        load._hang_up()
        stream.sendall(b"data: late\n")
        stream.close()
        listener.join(TIMEOUT)
    assert not listener.is_alive()
    assert load.failures == []


def test_it_names_the_package_of_a_missing_program() -> None:
    with pytest.raises(process.NotStarted, match="Install the package dovecot-imapd"):
        process.program("dovecot-is-not-here", "dovecot-imapd")


def test_it_is_not_fooled_by_another_server_on_the_port() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        inode = process.listening(port)
        assert inode and process.owns(os.getpid(), inode)
        child = os.fork()
        if child == 0:
            other.close()
            os.read(0, 0)
            os._exit(0)
        os.waitpid(child, 0)
        assert not process.owns(child, inode)
