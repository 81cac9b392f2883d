"""What must be true before Fio starts."""

from typing import Any

from django.conf import settings
from django.core.checks import Error, Tags, register
from django.db import OperationalError, connections

from crm.workspaces import inspection, sealing


@register(Tags.database)
def the_application_role_stays_behind_the_wall(**_: Any) -> list[Error]:
    try:
        with connections["default"].cursor() as cursor:
            problem = inspection.role_problem(cursor)
    except OperationalError as error:
        return [Error(f"FIO_DATABASE_URL: {error}", id="fio.E001")]
    hint = "Let FIO_DATABASE_URL name the role fio_app; `database_bootstrap` makes it."
    return [Error(f"FIO_DATABASE_URL: {problem}", hint=hint, id="fio.E002")] if problem else []


@register(Tags.security)
def the_master_keys_can_be_used(**_: Any) -> list[Error]:
    try:
        sealing.master_keys(settings.MASTER_KEYS)
    except ValueError as error:
        hint = "Give base64 of 32 random bytes; several, separated by commas."
        return [Error(f"FIO_MASTER_KEYS: {error}", hint=hint, id="fio.E003")]
    return []


def at_start() -> list[Error]:
    """What a server must not start with, however it is started."""
    return [*the_master_keys_can_be_used(), *the_application_role_stays_behind_the_wall()]
