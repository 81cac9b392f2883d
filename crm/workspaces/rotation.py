"""Changing keys without losing what they sealed.

Whoever runs Fio puts a new master key first in FIO_MASTER_KEYS, restarts, runs
`rotate_keys`, and takes the old one away. With fresh workspace keys the one before
stays beside the new one until the next time: a process that read it a moment ago
may still seal with it.
"""

import os
from collections.abc import Iterator

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.db import transaction

from crm.workspaces import sealing
from crm.workspaces.models import Workspace
from crm.workspaces.tenancy import PublicModel


def rotate(workspace_id: int, *, fresh: bool) -> int:
    """Wrap a workspace's keys by the first master key, and seal all secrets by its first key.

    With `fresh` that key is a new one. Returns how many secrets were sealed anew; raises
    sealing.CannotOpen, and then nothing has changed.
    """
    with transaction.atomic("system"):
        workspace = Workspace.objects.using("system").select_for_update().get(pk=workspace_id)
        keys = sealing.unwrap(bytes(workspace.data_key), workspace.uid)
        if fresh:
            keys = [os.urandom(32), *keys]
        count = sum(_seal_anew(model, field, workspace, keys) for model, field in sealed_fields())
        kept = keys[:2] if fresh else keys
        workspace.data_key = b"".join(sealing.wrap(key, workspace.uid) for key in kept)
        workspace.save(update_fields=["data_key"])
    return count


# What django-allauth keeps sealed in an authenticator's data
SEALED_BY_ALLAUTH = ("secret", "seed")


def rotate_accounts() -> int:
    """Seal the second steps of all accounts by the first master key; returns how many secrets.

    Raises sealing.CannotOpen, and then nothing has changed.
    """
    adapter, count = get_adapter(), 0
    with transaction.atomic("system"):
        for row in Authenticator.objects.using("system").select_for_update():
            found = [name for name in SEALED_BY_ALLAUTH if name in row.data]
            for name in found:
                row.data[name] = adapter.encrypt(adapter.decrypt(row.data[name]))
            row.save(update_fields=["data"])
            count += len(found)
    return count


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
    rows = model.unwalled.filter(workspace_id=workspace.pk).exclude(**{field: None})
    count = 0
    for row in rows.select_for_update(of=("self",)):
        assert isinstance(row, PublicModel)
        sealed = bytes(getattr(row, field))
        if sealed[:4] == sealing.key_name(keys[0]):
            continue
        associated = sealing.names(row, field, workspace.pk)
        opened = sealing.unseal_with(keys, associated, sealed)
        again = sealing.seal_with(keys[0], associated, opened)
        model.unwalled.filter(pk=row.pk).update(**{field: again})
        count += 1
    return count
