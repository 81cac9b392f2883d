"""A POST sent again with its key is not done again."""

from concurrent.futures import ThreadPoolExecutor

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections

from crm.contacts.models import Person
from crm.workspaces.models import IdempotencyKey
from inbox.models import Mailbox, Upload
from tests import make
from tests.world import Api, World


def people(world: World) -> int:
    with world.opened():
        return int(Person.objects.count())


def test_it_gives_the_first_answer_again(world: World) -> None:
    api = world.api(world.alice)
    first = api.post("people/", {"name": "Dana"}, key="k1")
    again = api.post("people/", {"name": "Dana"}, key="k1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert again["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first
    assert people(world) == 1


def test_it_refuses_a_key_that_comes_with_another_request(world: World) -> None:
    api = world.api(world.alice)
    api.post("people/", {"name": "Dana"}, key="k1")
    assert api.post("people/", {"name": "Eva"}, key="k1").status_code == 422
    assert api.post("people/bulk/", {"create": []}, key="k1").status_code == 422
    assert people(world) == 1


def test_it_knows_the_keys_of_each_token_apart(world: World) -> None:
    for member in (world.alice, world.bob, world.charlie):
        world.api(member).post("people/", {"name": "Dana"}, key="k1")
    assert people(world) == 2


def test_it_lets_a_refused_request_be_mended_under_its_key(world: World) -> None:
    api = world.api(world.alice)
    assert api.post("people/", {"name": ""}, key="k1").status_code == 400
    assert api.post("people/", {"name": "Dana"}, key="k1").status_code == 201


def test_it_refuses_keys_that_are_none(world: World) -> None:
    api = world.api(world.alice)
    for key in ("x" * 256, "täg", "two words"):
        answer = api.post("people/", {"name": "Dana"}, key=key)
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["field"] == "Idempotency-Key"


def test_it_has_one_effect_when_the_same_comes_five_times_at_once(world: World) -> None:
    api = world.api(world.alice)

    def post(_turn: int) -> int:
        try:
            own = Api(api.headers["Authorization"].removeprefix("Bearer "))
            return own.post("people/", {"name": "Dana"}, key="k1").status_code
        finally:
            connections.close_all()

    for _round in range(5):
        with ThreadPoolExecutor(5) as pool:
            codes = list(pool.map(post, range(5)))
        assert set(codes) <= {201, 409}
    assert people(world) == 1


def test_it_compares_uploads_by_what_is_in_them(world: World) -> None:
    api = world.api(world.alice)

    def put(content: bytes, name: str = "a.txt"):  # type: ignore[no-untyped-def]
        return api.client.post(
            "/api/v1/uploads/",
            {"file": SimpleUploadedFile(name, content, "text/plain")},
            headers={**api.headers, "Idempotency-Key": "k1"},
        )

    first, again = put(b"one"), put(b"one")
    assert first.json() == again.json()
    assert again["Idempotent-Replayed"] == "true"
    assert put(b"two").status_code == 422
    assert put(b"one", "b.txt").status_code == 422
    with world.opened():
        assert Upload.objects.count() == 1


def test_it_keeps_no_password_that_could_be_guessed_from_the_key(world: World) -> None:
    api = world.api(world.alice)
    asked = {
        "address": "alice@acme.test",
        "imap_host": "mail.acme.test",
        "smtp_host": "mail.acme.test",
        "password": "swordfish",
    }
    first = api.post("mailboxes/", asked, key="k1")
    assert first.status_code == 201
    assert api.post("mailboxes/", asked, key="k1")["Idempotent-Replayed"] == "true"
    with world.opened():
        assert Mailbox.objects.count() == 1
        assert "swordfish" not in str(IdempotencyKey.objects.get().answer)


def test_it_works_for_calls_that_need_the_network(world: World) -> None:
    with world.opened():
        box = make.mailbox(world.alice)
        make.connection(box, imap_port=1, smtp_port=1)
    api = world.api(world.alice)
    first = api.post(f"mailboxes/{box.uid}/test/", key="k1")
    again = api.post(f"mailboxes/{box.uid}/test/", key="k1")
    assert first.status_code == 200
    assert first.json() == again.json()
    assert again["Idempotent-Replayed"] == "true"
    assert api.post(f"mailboxes/{box.uid}/test/", {"x": 1}, key="k2").status_code == 400
    with world.opened():
        assert not IdempotencyKey.objects.filter(key="k2").exists()
