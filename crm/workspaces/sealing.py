"""Secrets at rest: AES-256-GCM under a key of the workspace, itself under the master key.

What is sealed names its table, column, workspace and row as associated data
(RFC 5116, 2.1), so a ciphertext copied to another row does not open.
"""

import base64
import binascii
import hashlib
import os
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import models

from crm.workspaces import directory
from crm.workspaces.tenancy import PublicModel, required


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


def unwrap(wrapped: bytes, workspace_uid: Any) -> bytes:
    """The workspace key; raises CannotOpen when its master key is not configured."""
    master = master_keys(settings.MASTER_KEYS).get(wrapped[:4])
    if master is None:
        raise CannotOpen("FIO_MASTER_KEYS lacks the key this workspace was sealed with")
    try:
        return AESGCM(master).decrypt(wrapped[4:16], wrapped[16:], str(workspace_uid).encode())
    except InvalidTag as error:
        raise CannotOpen("the workspace key does not open") from error


class SealedField(models.BinaryField):  # type: ignore[type-arg]
    """A secret column; `seal` and `unseal` need the row, so neither happens by itself."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("null", True)
        kwargs.setdefault("editable", False)
        super().__init__(*args, **kwargs)


def seal(row: PublicModel, field: str, secret: str) -> None:
    """Put a secret into a sealed column of a row, not yet saved."""
    nonce = os.urandom(12)
    sealed = AESGCM(_workspace_key()).encrypt(nonce, secret.encode(), _names(row, field))
    setattr(row, field, nonce + sealed)


def unseal(row: PublicModel, field: str) -> str:
    """The secret of a sealed column; raises CannotOpen."""
    sealed = bytes(getattr(row, field) or b"")
    try:
        opened = AESGCM(_workspace_key()).decrypt(sealed[:12], sealed[12:], _names(row, field))
    except (InvalidTag, ValueError) as error:
        raise CannotOpen(f"{row._meta.label}.{field} does not open") from error
    return opened.decode()


def _names(row: PublicModel, field: str) -> bytes:
    return f"{row._meta.db_table}|{field}|{required()}|{row.uid}".encode()


def _workspace_key() -> bytes:
    workspace = directory.workspace(required())
    return unwrap(bytes(workspace.data_key), workspace.uid)
