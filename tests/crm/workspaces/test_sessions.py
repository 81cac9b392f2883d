"""A session belongs to the browser that holds its key, and to nobody who reads the table."""

from django.contrib.sessions.models import Session
from django.test import Client

from crm.workspaces.sessions import SessionStore, unlock
from tests.world import World


def test_it_keeps_neither_the_key_nor_the_content_readable(world: World) -> None:
    browser = world.browser(world.alice)
    session = browser.session
    session["invitation"] = "a-secret-word"
    session.save()
    cookie = browser.cookies["fio-session"].value
    row = Session.objects.get()
    assert cookie not in row.session_key + row.session_data
    assert "a-secret-word" not in row.get_decoded().values()
    assert unlock(cookie, row.session_data)["invitation"] == "a-secret-word"
    assert unlock(row.session_key, row.session_data) == {}
    assert SessionStore(cookie)["invitation"] == "a-secret-word"


def test_it_takes_no_cookie_made_from_the_table(world: World) -> None:
    world.browser(world.alice)
    thief = Client(SERVER_NAME="localhost", SERVER_PORT="8000")
    for value in (Session.objects.get().session_key, "\x00", "x" * 5000):
        thief.cookies["fio-session"] = value
        assert "/accounts/login/" in thief.get("/acme/inbox/")["Location"]


def test_it_ends_a_session_for_good(world: World) -> None:
    browser = world.browser(world.alice)
    cookie = browser.cookies["fio-session"].value
    SessionStore(cookie).flush()
    assert not Session.objects.exists()
    assert SessionStore(cookie).load() == {}
    assert browser.get("/acme/inbox/").status_code == 302


def test_it_gives_a_signed_in_browser_another_key(world: World) -> None:
    store = SessionStore()
    store["invitation"] = "kept"
    store.save()
    before = store.session_key
    store.cycle_key()
    store.save()
    assert store.session_key != before
    assert SessionStore(store.session_key)["invitation"] == "kept"
    assert SessionStore(before).load() == {}
