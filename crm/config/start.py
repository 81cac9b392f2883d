"""Starting to serve: refused, in one sentence, where a setting is wrong or a wall can be passed."""

import gc
import os
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from typing import NoReturn, TypeVar

from django.db import connections
from django.urls import get_resolver

from crm.config.environment import SettingsError

Application = TypeVar("Application")
# gunicorn takes 3 for a failed boot and stops, where it would start a worker again for ever
REFUSED = 3
# Of the collector of circular garbage: new objects until it looks at them, and rounds until it
# looks at the older ones; Python's own are those of a small script
ROUNDS = (20_000, 20, 50)


def application(make: Callable[[], Application]) -> Application:
    """Make the application of a server, if it is safe to run."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crm.config.settings")
    try:
        made = make()
        # All pages are loaded before the first visitor, not by him: a process that is renewed
        # under load would let him wait for seconds
        _ = get_resolver().url_patterns
    except SettingsError as error:
        refuse(str(error))
    check()
    settle()
    return made


def settle(**_: object) -> None:
    """Have what is loaded no longer looked through for garbage: it stays to the end.

    A tenth of an import's processor time went into looking at it again and again.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*ROUNDS)


def check(**_: object) -> None:
    """Refuse to start unless the keys and the database role are sound; the apps are loaded."""
    # A server may import us inside its event loop, where Django does not touch a database
    with ThreadPoolExecutor(1) as thread:
        problems = thread.submit(_problems).result()
    if problems:
        refuse("\n".join(problems))


def _problems() -> list[str]:
    checks = import_module("crm.workspaces.checks")
    try:
        return [f"{error.msg} {error.hint or ''}".strip() for error in checks.at_start()]
    finally:
        connections.close_all()


def refuse(why: str) -> NoReturn:
    """Stop this process, without a traceback."""
    print(f"Fio does not start. {why}", file=sys.stderr, flush=True)
    raise SystemExit(REFUSED)
