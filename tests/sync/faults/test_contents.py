"""Mail that is signed or encrypted, and bytes that two workspaces have alike."""

import pytest
from django.db import connections
from django.utils import timezone

from inbox.actions import blobs
from inbox.mime import parse
from inbox.models import Blob
from tests.servers.fixtures import Box, mail
from tests.sync.office import Office
from tests.world import World

HEAD = "From: dana@customer.test\r\nTo: alice@acme.test\r\nSubject: Secret\r\nMIME-Version: 1.0\r\n"
SIGNED = (
    HEAD + 'Content-Type: multipart/signed; protocol="{kind}"; boundary=b\r\n\r\n'
    "--b\r\nContent-Type: text/plain\r\n\r\nThe price is 14.\r\n"
    "--b\r\nContent-Type: {kind}; name={name}\r\nContent-Transfer-Encoding: base64\r\n"
    "Content-Disposition: attachment; filename={name}\r\n\r\nTUlJ\r\n--b--\r\n"
)
PGP = (
    HEAD + 'Content-Type: multipart/encrypted; protocol="application/pgp-encrypted"; boundary=b'
    "\r\n\r\n--b\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n"
    "--b\r\nContent-Type: application/octet-stream; name=encrypted.asc\r\n\r\n"
    "-----BEGIN PGP MESSAGE-----\r\n\r\nhQEMA\r\n-----END PGP MESSAGE-----\r\n--b--\r\n"
)
SMIME = (
    HEAD + "Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m\r\n"
    "Content-Transfer-Encoding: base64\r\n"
    "Content-Disposition: attachment; filename=smime.p7m\r\n\r\nTUlJQg==\r\n"
)


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("application/pkcs7-signature", "smime.p7s"),
        ("application/pgp-signature", "signature.asc"),
    ],
)
def test_f47_it_shows_what_is_signed(kind: str, name: str) -> None:
    parsed = parse.parse(SIGNED.format(kind=kind, name=name).encode())
    assert parsed.text.strip() == "The price is 14." and parsed.quality == "full"


@pytest.mark.parametrize(
    ("raw", "names"),
    [(PGP, {"encrypted.asc"}), (SMIME, {"smime.p7m"})],
    ids=["pgp", "smime"],
)
def test_f47_it_keeps_every_part_of_what_is_encrypted(raw: str, names: set[str]) -> None:
    parsed = parse.parse(raw.encode())
    kept = {part.filename: part for part in parsed.attachments}
    assert names <= set(kept) and parsed.subject == "Secret" and parsed.quality == "full"
    for name in names:
        assert parse.part_bytes(raw.encode(), kept[name].number)


@pytest.mark.peers
def test_f47_it_brings_in_and_shows_what_is_encrypted(world: World, box: Box) -> None:
    box.put(PGP.encode(), SMIME.encode())
    office = Office.open(world, box)
    office.pull()
    assert office.decisions() == {"imported": 2}
    for told in world.api(world.alice).get("messages/").json()["results"]:
        page = world.browser(world.alice).get(f"/acme/inbox/t/{told['thread']}/")
        assert page.status_code == 200 and "Secret" in page.text


def test_f94_it_keeps_equal_bytes_of_two_workspaces_apart(world: World) -> None:
    raw, now = mail(1), timezone.now()
    with world.opened():
        ours = blobs.keep(raws=[raw], at=now)
        assert blobs.keep(raws=[raw], at=now) == ours
    with world.opened(world.globex):
        theirs = blobs.keep(raws=[raw], at=now)
        assert theirs != ours
        Blob.objects.all().delete()
    with world.opened(), connections["default"].cursor() as cursor:
        assert Blob.objects.get().pk == ours[0]
        # Nothing but a workspace and a digest together leads to bytes
        cursor.execute(
            "SELECT indexdef FROM pg_indexes WHERE tablename = 'inbox_blob' AND indexdef LIKE"
            " '%%sha256%%'"
        )
        found = [definition for (definition,) in cursor.fetchall()]
    assert found and all("(workspace_id, sha256" in definition for definition in found)
