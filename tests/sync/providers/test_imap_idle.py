"""A quiet connection tells at once that something happened, and notices when it died."""

from __future__ import annotations

import select
from collections.abc import Callable, Iterator

import pytest

from crm.workspaces import guard
from sync.providers import errors
from sync.providers.base import Budget, Endpoint, Login, Security
from sync.providers.imap import ImapProvider
from sync.providers.imap_idle import Watch
from tests.servers.fixtures import Box, mail
from tests.servers.poor import Poor
from tests.servers.proxy import Proxy


@pytest.fixture
def watch(box: Box, policy: guard.Policy) -> Iterator[Watch]:
    watch = Watch(box.endpoint, box.login, policy=policy, timeout=20.0)
    watch.open("INBOX")
    yield watch
    watch.close()


def wait(watch: Watch) -> bool:
    """Read until there is news, as a selector loop would."""
    while True:
        ready, _, _ = select.select([watch], [], [], 20)
        assert ready, "nothing came"
        if watch.on_readable():
            return True


def test_it_wakes_up_for_new_mail_and_for_changes_elsewhere(box: Box, watch: Watch) -> None:
    assert not watch.start()
    owner = box.client()
    owner.append("INBOX", mail(1))
    assert wait(watch)

    owner.select_folder("INBOX")
    owner.add_flags([1], [b"\\Seen"])
    assert wait(watch)
    owner.delete_messages([1])
    owner.expunge([1])
    assert wait(watch)


def test_it_begins_anew_and_loses_nothing_in_between(box: Box, watch: Watch) -> None:
    watch.start()
    assert not watch.done()
    box.client().append("INBOX", mail(1))
    assert watch.start() or wait(watch)
    assert not watch.is_due()


def test_it_looks_at_other_folders_on_the_same_connection(
    box: Box, watch: Watch, policy: guard.Policy
) -> None:
    provider = ImapProvider(box.endpoint, box.login, policy=policy)
    cursors = {
        name: provider.changes(name, None, None, Budget()).next_cursor
        for name in ("Archive", "Sent")
    }
    watch.start()
    assert watch.look(cursors) == ()
    box.client().append("Sent", mail(1))
    assert watch.look(cursors) == ("Sent",)
    box.client().append("INBOX", mail(2))
    assert "INBOX" in watch.look(cursors) or wait(watch)
    provider.close()


def test_f27_it_notices_that_the_server_went_away(
    box: Box, policy: guard.Policy, faulty: Callable[[int], Proxy]
) -> None:
    proxy = faulty(box.server.imap)
    watch = Watch(
        Endpoint("localhost", proxy.port, Security.PLAIN, allow_plain=True),
        box.login,
        policy=policy,
        timeout=20.0,
    )
    watch.open("INBOX")
    watch.start()
    proxy.cut_after = 0
    box.client().append("INBOX", mail(1))
    with pytest.raises(errors.Transient):
        wait(watch)
    assert watch.fileno() == -1

    proxy.heal()
    watch.open("INBOX")
    watch.start()
    proxy.silent_after = 0
    assert watch._session
    watch._session.wire.timeout = 1.0
    with pytest.raises(errors.Transient, match="timeout"):
        watch.done()


def test_it_can_wait_on_a_poor_server_too(poor_server: Poor, policy: guard.Policy) -> None:
    endpoint = Endpoint("localhost", poor_server.port, Security.PLAIN, allow_plain=True)
    watch = Watch(endpoint, Login(poor_server.username, poor_server.password), policy=policy)
    watch.open("INBOX")
    watch.start()
    other = ImapProvider(endpoint, watch.login, policy=policy)
    page = other.changes("INBOX", None, None, Budget())
    assert page.status and page.next_cursor
    assert watch.look({"Sent": other.changes("Sent", None, None, Budget()).next_cursor}) == ()
    watch.close()
    other.close()
