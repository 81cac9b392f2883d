"""Secrets at rest: AES-256-GCM under a key of the workspace, itself under the master key.

What is sealed names its table, column, workspace and row as associated data
(RFC 5116, 2.1), so a ciphertext copied to another row does not open.
"""

import base64
import binascii
import hashlib
import os
from collections.abc import Iterator
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import models

from crm.workspaces import directory
from crm.workspaces.tenancy import PublicModel, required

# A wrapped key: the master's name, a nonce, the key and its tag
WRAPPED = 4 + 12 + 32 + 16


class CannotOpen(Exception):
    """The secret belongs elsewhere, or the key that sealed it is gone."""


def master_keys(values: list[str]) -> dict[bytes, bytes]:
    """Master keys by their 4-byte name, the sealing one first; raises ValueError."""
    keys: dict[bytes, bytes] = {}
    for value in values:
        try:
            key = base64.b64decode(value, validate=True)
        except binascii.Error as error:
            raise ValueError("a key is not base64") from error
        if len(key) != 32:
            raise ValueError("a key is not 32 bytes long")
        keys[hashlib.sha256(key).digest()[:4]] = key
    return keys


def new_data_key(workspace_uid: Any) -> bytes:
    """A fresh workspace key, wrapped by the first master key."""
    return wrap(os.urandom(32), workspace_uid)


def wrap(key: bytes, workspace_uid: Any) -> bytes:
    name, master = next(iter(master_keys(settings.MASTER_KEYS).items()))
    nonce = os.urandom(12)
    return name + nonce + AESGCM(master).encrypt(nonce, key, str(workspace_uid).encode())


def unwrap(wrapped: bytes, workspace_uid: Any) -> list[bytes]:
    """The keys of a workspace, the one that seals first: 32 bytes each, wrapped in 64.

    Raises CannotOpen when a master key is not configured any more.
    """
    masters = master_keys(settings.MASTER_KEYS)
    keys = []
    for start in range(0, len(wrapped), WRAPPED):
        piece = wrapped[start : start + WRAPPED]
        master = masters.get(piece[:4])
        if master is None:
            raise CannotOpen("FIO_MASTER_KEYS lacks the key this workspace was sealed with")
        try:
            keys.append(
                AESGCM(master).decrypt(piece[4:16], piece[16:], str(workspace_uid).encode())
            )
        except InvalidTag as error:
            raise CannotOpen("the workspace key does not open") from error
    return keys


def masters_of(wrapped: bytes) -> set[bytes]:
    """The 4-byte names of the master keys without which a workspace's keys do not open."""
    return {wrapped[start : start + 4] for start in range(0, len(wrapped), WRAPPED)}


class SealedField(models.BinaryField):  # type: ignore[type-arg]
    """A secret column; `seal` and `unseal` need the row, so neither happens by itself."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("null", True)
        kwargs.setdefault("editable", False)
        super().__init__(*args, **kwargs)


def seal(row: PublicModel, field: str, secret: str) -> None:
    """Put a secret into a sealed column of a row, not yet saved."""
    setattr(row, field, seal_with(_keys()[0], names(row, field, required()), secret.encode()))


def unseal(row: PublicModel, field: str) -> str:
    """The secret of a sealed column; raises CannotOpen."""
    keys, sealed = _keys(), bytes(getattr(row, field) or b"")
    try:
        return unseal_with(keys, names(row, field, required()), sealed).decode()
    except CannotOpen as error:
        raise CannotOpen(f"{row._meta.label}.{field} does not open") from error


def seal_with(key: bytes, associated: bytes, secret: bytes) -> bytes:
    """The name of the key, a nonce, and the ciphertext bound to what it belongs to."""
    nonce = os.urandom(12)
    return key_name(key) + nonce + AESGCM(key).encrypt(nonce, secret, associated)


def unseal_with(keys: list[bytes], associated: bytes, sealed: bytes) -> bytes:
    """What was sealed by one of these keys; raises CannotOpen."""
    key = {key_name(key): key for key in keys}.get(sealed[:4])
    if key is None:
        raise CannotOpen("no key of this workspace sealed it")
    try:
        return AESGCM(key).decrypt(sealed[4:16], sealed[16:], associated)
    except (InvalidTag, ValueError) as error:
        raise CannotOpen("it was sealed for another place") from error


def seal_at_large(purpose: bytes, secret: bytes) -> bytes:
    """A secret that belongs to no workspace, sealed by the first master key."""
    return seal_with(next(iter(_masters())), purpose, secret)


def unseal_at_large(purpose: bytes, sealed: bytes) -> bytes:
    """What any of the master keys sealed for this purpose; raises CannotOpen."""
    return unseal_with(list(_masters()), purpose, sealed)


def _masters() -> Iterator[bytes]:
    yield from master_keys(settings.MASTER_KEYS).values()


def key_name(key: bytes) -> bytes:
    """Four bytes that say which key sealed something, and nothing of the key."""
    return hashlib.sha256(b"name of " + key).digest()[:4]


def names(row: PublicModel, field: str, workspace_id: int) -> bytes:
    """What a secret is bound to: table, column, workspace and row."""
    return f"{row._meta.db_table}|{field}|{workspace_id}|{row.uid}".encode()


def _keys() -> list[bytes]:
    workspace = directory.workspace(required())
    return unwrap(bytes(workspace.data_key), workspace.uid)
