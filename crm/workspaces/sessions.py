"""Sessions in the database, of which only the browser holds the key.

A row is found by the hash of the cookie and read with a key made from the cookie, so
whoever gets hold of a dump can neither take over a session nor read what is in it.
There is no copy in a cache: a session that was ended is ended everywhere at once.
"""

import base64
import binascii
import hashlib
import hmac
import json
import os
from typing import Any

from asgiref.sync import sync_to_async
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils import timezone

from crm.workspaces.statements import Given, Statement

NONCE = 12


def _living() -> QuerySet[Session]:
    rows = Session.objects.filter(session_key=Given("name"), expire_date__gt=Given("now"))
    return rows.order_by("pk")[:1]


LIVING = Statement(_living)


class SessionStore(db.SessionStore):
    """Django's sessions in the database, closed to those who only read the table."""

    def _get_session_from_db(self) -> Session | None:
        name = row_name(self.session_key) if self.session_key else ""
        found = LIVING.first(name=name, now=timezone.now())
        if found is None:
            self._session_key = None
        return found

    async def _aget_session_from_db(self) -> Session | None:
        return await sync_to_async(self._get_session_from_db)()

    def exists(self, session_key: str) -> bool:
        return super().exists(row_name(session_key))

    async def aexists(self, session_key: str) -> bool:
        return await super().aexists(row_name(session_key))

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        # The stubs leave out what Django's own session stores are built on
        key = self._get_or_create_session_key()  # type: ignore[attr-defined]
        expires = self.get_expiry_date()
        return Session(session_key=row_name(key), session_data=lock(key, data), expire_date=expires)

    async def acreate_model_instance(self, data: dict[str, Any]) -> Session:
        return await sync_to_async(self.create_model_instance)(data)

    def decode(self, session_data: bytes | str) -> dict[str, Any]:
        return unlock(self.session_key or "", session_data)

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key:
            super().delete(row_name(key))

    async def adelete(self, session_key: str | None = None) -> None:
        await sync_to_async(self.delete)(session_key)


def row_name(key: str) -> str:
    """What a session is called in its table: 40 digits, from which no cookie can be made."""
    return hashlib.sha256(b"session " + key.encode("utf-8", "replace")).hexdigest()[:40]


def lock(key: str, data: dict[str, Any]) -> str:
    """What is in a session, for the holder of the cookie alone."""
    nonce = os.urandom(NONCE)
    words = json.dumps(data, separators=(",", ":")).encode()
    return base64.b64encode(nonce + _cipher(key).encrypt(nonce, words, None)).decode()


def unlock(key: str, locked: bytes | str) -> dict[str, Any]:
    """What was locked with this cookie; nothing where it was not."""
    try:
        sealed = base64.b64decode(locked, validate=True)
        words = _cipher(key).decrypt(sealed[:NONCE], sealed[NONCE:], None)
    except (InvalidTag, ValueError, binascii.Error):
        return {}
    found: dict[str, Any] = json.loads(words)
    return found


def _cipher(key: str) -> AESGCM:
    secret = settings.SECRET_KEY.encode()
    return AESGCM(hmac.digest(secret, b"session data " + key.encode("utf-8", "replace"), "sha256"))
