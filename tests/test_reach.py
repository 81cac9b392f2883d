"""Nobody makes Fio connect to this machine or its neighbours, however the address is written.

A listener waits on every address of this machine; what counts is that nobody calls.
"""

import selectors
import socket
import threading
from collections.abc import Iterator
from itertools import count
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings as ours
from django.core.cache import cache as memory
from django.test import Client

from crm.workspaces import guard
from sync.actions import lease
from sync.tasks import pull
from tests import make
from tests.world import World

# This machine and its neighbours: dotted, short, octal, hexadecimal, decimal, mapped into IPv6
# and through its tunnels, as a name, and as browsers and resolvers are generous enough to read
_number = count()
SPELLINGS = """
127.0.0.1 127.1 127.0.1 127.0.0.1. 127.255.255.254 0177.0.0.1 017700000001 0x7f.0.0.1 0x7f000001
2130706433 0 0.0.0.0 00.0.0.0 0x0 localhost LOCALHOST localhost. ｌｏｃａｌｈｏｓｔ １２７.０.０.１
127。0。0。1
①②⑦.⓪.⓪.① ::1 ::ffff:127.0.0.1 ::ffff:7f00:1 ::127.0.0.1 0:0:0:0:0:0:0:1 :: 64:ff9b::7f00:1
64:ff9b::127.0.0.1 2002:7f00:1:: 2001:0:0:0:0:0:80ff:fffe fe80::1 fc00::1 fd00::1 ff02::1
::ffff:0:127.0.0.1 [::1] [::ffff:127.0.0.1] 10.0.0.1 10.1 172.16.0.1 192.168.0.1 169.254.169.254
0xa9fea9fe 2852039166 ::ffff:a9fe:a9fe 64:ff9b::a9fe:a9fe 100.64.0.1 100.100.100.200 192.0.0.192
198.18.0.1 224.0.0.1 255.255.255.255 ::ffff:169.254.169.254 fec0::1 3fff::1 192.88.99.1
""".split()


@pytest.fixture
def callers(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[int, list[str]]]:
    """A port that listens on all addresses of this machine, and who called there."""
    monkeypatch.setattr(ours, "ALLOW_PRIVATE_HOSTS", False)
    called: list[str] = []
    waiting = socket.create_server(("::", 0), family=socket.AF_INET6, dualstack_ipv6=True)
    port = waiting.getsockname()[1]
    ports = {purpose: each | {port} for purpose, each in guard.PORTS.items()}
    monkeypatch.setattr(guard, "PORTS", ports)
    over = threading.Event()

    def listen() -> None:
        with selectors.DefaultSelector() as chosen:
            chosen.register(waiting, selectors.EVENT_READ)
            while not over.is_set():
                for _key, _events in chosen.select(0.05):
                    caller, address = waiting.accept()
                    called.append(str(address))
                    caller.close()

    thread = threading.Thread(target=listen)
    thread.start()
    yield port, called
    over.set()
    thread.join()
    waiting.close()


Callers = tuple[int, list[str]]


def test_it_would_have_noticed(callers: Callers) -> None:
    port, called = callers
    policy = guard.Policy(allow=frozenset({("127.0.0.1", port)}))
    guard.connect("127.0.0.1", port, purpose="imap", policy=policy, timeout=5).close()
    while not called:
        socket.create_connection(("127.0.0.1", port)).close()


def test_it_calls_nobody_here_as_a_mail_server(world: World, callers: Callers) -> None:
    port, called = callers
    api = world.api(world.alice)
    for number, host in enumerate(SPELLINGS):
        memory.clear()  # whoever tries this many has to wait, which is not the matter here
        asked = {
            "address": f"alice{number}@acme.test",
            "imap_host": host,
            "imap_port": port,
            "smtp_host": host,
            "smtp_port": port,
            "password": "an app password",
        }
        made = api.post("mailboxes/", asked)
        assert made.status_code in (201, 400), host
        if made.status_code == 201:
            tested = api.post(f"mailboxes/{made.json()['id']}/test/")
            assert tested.status_code == 200 and not tested.json()["ok"], host
    assert called == []


def test_it_reads_no_mailbox_here(world: World, callers: Callers) -> None:
    port, called = callers
    for number, host in enumerate(("127.0.0.1", "localhost", "2130706433", "::ffff:127.0.0.1")):
        with world.opened():
            box = make.mailbox(world.alice, f"alice{number}@acme.test")
            make.connection(box, imap_host=host, imap_port=port, imap_security="none")
        held = lease.take(workspace_id=world.acme.pk, mailbox_id=box.pk, lane="in")
        pull(workspace_id=world.acme.pk, mailbox_id=box.pk, fence=held.fence)
    assert called == []


def picture(world: World, url: str) -> Any:
    """What the content origin answers for a picture of a mail that shows this address."""
    with world.opened():
        box = make.mailbox(world.alice, f"a{next(_number)}@acme.test")
        row = make.message(box, html=f'<p>x</p><img src="{url}" width="90">')
    text = world.browser(world.alice).get(f"/acme/inbox/m/{row.uid}/body/?images=1").text
    if 'src="' not in text:
        return None
    parts = urlsplit(text.split('src="')[1].split('"')[0])
    return Client(headers={"host": parts.netloc}).get(parts.path)


def test_it_fetches_no_picture_here(world: World, callers: Callers) -> None:
    port, called = callers
    for host in SPELLINGS:
        place = f"[{host}]" if ":" in host and "[" not in host else host
        for url in (f"http://{place}:{port}/x.png", f"https://user@{place}:{port}/x.png"):
            answer = picture(world, url)
            assert answer is None or answer.status_code == 404, url
    assert called == []


def test_it_follows_no_way_that_leads_here(
    world: World, callers: Callers, monkeypatch: pytest.MonkeyPatch
) -> None:
    port, called = callers
    elsewhere = socket.create_server(("127.0.0.1", 0))
    allowed = ("127.0.0.1", elsewhere.getsockname()[1])
    monkeypatch.setattr(ours, "ALLOW_HOSTS", frozenset({allowed}))
    ways = [f"http://{host}:{port}/" for host in ("127.0.0.1", "localhost", "[::1]", "0x7f000001")]
    ways += [f"//127.0.0.1:{port}/", "file:///etc/passwd", "gopher://127.0.0.1/", "ftp://localhost"]

    def lead() -> None:
        for way in ways:
            caller, _address = elsewhere.accept()
            caller.recv(4096)
            caller.sendall(f"HTTP/1.1 302 Found\r\nLocation: {way}\r\n\r\n".encode())
            caller.close()

    thread = threading.Thread(target=lead)
    thread.start()
    for number in range(len(ways)):
        answer = picture(world, f"http://127.0.0.1:{allowed[1]}/{number}.png")
        assert answer.status_code == 404
    thread.join()
    elsewhere.close()
    assert called == []


def test_it_calls_the_address_it_looked_at(
    callers: Callers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that is public when asked first and this machine when asked again."""
    port, called = callers
    dialled: list[tuple[str, int]] = []

    def dial(address: tuple[str, int], timeout: float) -> socket.socket:
        dialled.append(address)
        raise ConnectionRefusedError

    # The world outside may or may not be there, and may answer for anybody
    monkeypatch.setattr(socket, "create_connection", dial)
    answers = iter([["192.0.32.10"], ["127.0.0.1"]])
    policy = guard.Policy(resolver=lambda _host, _port: next(answers))
    with pytest.raises(guard.ConnectFailed):
        guard.connect("rebinding.test", port, purpose="image", policy=policy, timeout=5)
    assert dialled == [("192.0.32.10", port)]
    mixed = guard.Policy(resolver=lambda _host, _port: ["192.0.32.10", "127.0.0.1"])
    with pytest.raises(guard.GuardRefused):
        guard.connect("mixed.test", port, purpose="image", policy=mixed, timeout=5)
    assert len(dialled) == 1 and called == []
