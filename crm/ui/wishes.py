"""What a user wishes to be told aloud, heard by his open pages as soon as he changes it."""

from collections.abc import Iterable
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models.signals import post_save
from django.dispatch import receiver

from crm.ui import live
from crm.workspaces import directory
from crm.workspaces.actions import TELLING
from crm.workspaces.models import User

TOPIC = "wishes"


@receiver(post_save, sender=User)
def say(instance: User, update_fields: Iterable[str] | None = None, **_signal: Any) -> None:
    """Tell the pages he has open in every workspace, once it is so."""
    if TELLING & set(update_fields or ()):
        transaction.on_commit(partial(_publish, instance))


def _publish(user: User) -> None:
    tells = {"tells": user.browser_tells}
    for member in directory.memberships(user):
        live.publish(workspace_id=member.workspace_id, members=[member.pk], topic=TOPIC, data=tells)


def are_in(word: str) -> bool:
    """Whether a word of the live updates says that they are others by now."""
    return f'"topic": "{TOPIC}"' in word
