"""A view is changed while somebody deletes it: said in words, and nothing half written."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, connections

from crm.fields.models import Opening, View
from crm.timeline.models import Event
from tests.unchanged import unchanged
from tests.world import NOW, World

GONE = "This view is gone: it was deleted meanwhile."


@contextmanager
def deleted_once_read(world: World, view: View) -> Iterator[None]:
    """Somebody else deletes the view as soon as whoever asks has read it for the first time."""
    done = list[bool]()

    def delete() -> None:
        with world.opened():
            View.objects.filter(pk=view.pk).delete()
        connections.close_all()

    def watch(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        if not done and "FOR UPDATE" in sql and "fields_view" in sql:
            done.append(True)
            with ThreadPoolExecutor(1) as other:
                other.submit(delete).result()
        return execute(sql, *rest)

    with connection.execute_wrapper(watch):
        yield
    assert done


def made(world: World, kind: str, **more: Any) -> View:
    with world.opened():
        row: View = View.objects.create(
            kind=kind, name="Buyers", owner=world.alice, created_at=NOW, **more
        )
        return row


@pytest.mark.parametrize(
    ("kind", "do"),
    [
        *(("person", do) for do in ("rename", "share", "save", "open", "delete")),
        *(("thread", do) for do in ("rename", "share", "delete")),
    ],
)
def test_a_page_says_that_the_view_is_gone(world: World, kind: str, do: str) -> None:
    view = made(world, kind)
    alice = world.browser(world.alice)
    path = "people/views" if kind == "person" else "inbox/views"
    with deleted_once_read(world, view):
        asked = {"do": do, "name": "Others", "filter": "{}", "shared": "1"}
        answer = alice.post(f"/acme/{path}/{view.uid}/", asked, follow=True)
    assert answer.status_code == 200 and GONE in answer.text
    with world.opened():
        assert not View.objects.exists() and not Opening.objects.exists()
        assert not Event.objects.filter(verb__startswith="view.").exists()


@pytest.mark.parametrize(("kind", "path"), [("person", "views"), ("thread", "mail_views")])
def test_a_program_finds_nothing_there(world: World, kind: str, path: str) -> None:
    api = world.api(world.alice)
    asks: list[Callable[[Any], Any]] = [
        lambda uid: api.patch(f"{path}/{uid}/", {"name": "Others", "shared": True}),
        lambda uid: api.delete(f"{path}/{uid}/"),
    ]
    for ask in asks:
        view = made(world, kind, filter={} if kind == "person" else {"in": "inbox"})
        with deleted_once_read(world, view):
            answer = ask(view.uid)
        assert answer.status_code == 404
        assert answer.headers["Content-Type"] == "application/problem+json"
        with unchanged(world):
            assert ask(view.uid).status_code == 404
