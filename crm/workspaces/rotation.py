"""Changing keys without losing what they sealed.

Whoever runs Fio puts a new master key first in FIO_MASTER_KEYS, restarts, runs
`rotate_keys`, and takes the old one away. With fresh workspace keys the one before
stays beside the new one until the next time: a process that read it a moment ago
may still seal with it.
"""

import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, cast

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.db import transaction

from crm.workspaces import sealing
from crm.workspaces.models import Workspace
from crm.workspaces.tenancy import PublicModel

AT_ONCE = 500
# With fresh keys: one this young is from a run that was interrupted, and is carried on with
YOUNG = timedelta(hours=12)


def rotate(workspace_id: int, *, fresh: bool, at: datetime) -> int:
    """Wrap a workspace's keys by the first master key, and seal all secrets by its first key.

    With `fresh` that key is a new one, unless it was made within twelve hours. Secrets are
    sealed some hundreds at once, each batch in a transaction of its own; the keys before stay
    beside the new one all the while, so everything opens at any moment, and an interrupted
    run is carried on with by the next. Returns how many secrets were sealed anew; raises
    sealing.CannotOpen, and then that batch is as it was.
    """
    workspace, keys = _take_keys(workspace_id, fresh=fresh, at=at)
    count = sum(_seal_anew(model, field, workspace, keys) for model, field in sealed_fields())
    _keep_two(workspace_id)
    return count


def _take_keys(workspace_id: int, *, fresh: bool, at: datetime) -> tuple[Workspace, list[bytes]]:
    """The keys with the one to seal with first, wrapped by the first master key and kept."""
    with transaction.atomic("system"):
        workspace = Workspace.objects.using("system").select_for_update().get(pk=workspace_id)
        keys = sealing.unwrap(bytes(workspace.data_key), workspace.uid)
        is_young = workspace.key_made_at is not None and at - workspace.key_made_at < YOUNG
        if fresh and not is_young:
            keys, workspace.key_made_at = [os.urandom(32), *keys], at
        _wrap(workspace, keys)
    return workspace, keys


def _keep_two(workspace_id: int) -> None:
    """Let go of keys older than the one before, by which nothing is sealed any more."""
    with transaction.atomic("system"):
        workspace = Workspace.objects.using("system").select_for_update().get(pk=workspace_id)
        keys = sealing.unwrap(bytes(workspace.data_key), workspace.uid)
        if len(keys) > 2:
            _wrap(workspace, keys[:2])


def _wrap(workspace: Workspace, keys: list[bytes]) -> None:
    workspace.data_key = b"".join(sealing.wrap(key, workspace.uid) for key in keys)
    workspace.save(update_fields=["data_key", "key_made_at"])


# What django-allauth keeps sealed in an authenticator's data
SEALED_BY_ALLAUTH = ("secret", "seed")


def rotate_accounts() -> int:
    """Seal the second steps of all accounts by the first master key; returns how many secrets.

    Raises sealing.CannotOpen, and then that batch of some hundreds is as it was.
    """
    count, latest, rows = 0, 0, Authenticator.objects.using("system").order_by("pk")
    while True:
        with transaction.atomic("system"):
            found = list(rows.filter(pk__gt=latest).select_for_update()[:AT_ONCE])
            count += sum(_account_anew(row) for row in found)
        if not found:
            return count
        latest = found[-1].pk


def _account_anew(row: Authenticator) -> int:
    adapter, found = get_adapter(), [name for name in SEALED_BY_ALLAUTH if name in row.data]
    for name in found:
        row.data[name] = adapter.encrypt(adapter.decrypt(row.data[name]))
    row.save(update_fields=["data"])
    return len(found)


def sealed_fields() -> Iterator[tuple[type[PublicModel], str]]:
    """Every sealed column there is, so that none can be forgotten."""
    for model in apps.get_models():
        for field in model._meta.local_concrete_fields:
            if isinstance(field, sealing.SealedField):
                assert issubclass(model, PublicModel)
                yield model, field.name


def _seal_anew(
    model: type[PublicModel], field: str, workspace: Workspace, keys: list[bytes]
) -> int:
    """Row by row by their key; a row that was sealed meanwhile is left alone."""
    count, latest, unwalled = 0, 0, cast(Any, model.unwalled)
    rows = unwalled.filter(workspace_id=workspace.pk).exclude(**{field: None}).order_by("pk")
    while True:
        with transaction.atomic("system"):
            locked = rows.filter(pk__gt=latest).select_for_update(of=("self",))
            found = list(locked[:AT_ONCE])
            for row in found:
                again = _anew(row, field, workspace.pk, keys)
                if again is not None:
                    unwalled.filter(pk=row.pk).update(**{field: again})
                    count += 1
        if not found:
            return count
        latest = found[-1].pk


def _anew(row: PublicModel, field: str, workspace_id: int, keys: list[bytes]) -> bytes | None:
    """The secret sealed by the first key; None where it is already."""
    sealed = bytes(getattr(row, field))
    if sealed[:4] == sealing.key_name(keys[0]):
        return None
    associated = sealing.names(row, field, workspace_id)
    opened = sealing.unseal_with(keys, associated, sealed)
    return sealing.seal_with(keys[0], associated, opened)
