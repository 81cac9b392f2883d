"""Tests of servers that run beside the pages, told step by step as they go.

A test belongs to a key that only its page knows or may ask for. It runs in a thread of this
process and writes what it found into the cache, where any process finds it. Should the
process end meanwhile, the page begins it anew after two minutes.
"""

import threading
from typing import Any

from django.core.cache import cache
from django.utils import timezone
from django.utils.translation import gettext as _

from sync.actions import folders as usual
from sync.actions import trial
from sync.actions.session import Access
from sync.actions.trial import Tested, Tried
from sync.providers import domain
from sync.queries import words

Result = dict[str, Any]

KEEP, AGAIN_AFTER = 3600, 120
# Tests that this process runs at a time; further ones wait for the page's next look
_room = threading.BoundedSemaphore(8)


def ensure(key: str, found: Access, *, with_domain: bool = False) -> None:
    """Begin the test of this key, unless it has begun."""
    if not cache.add(f"sync:testing:{key}", 1, AGAIN_AFTER):
        return
    if not _room.acquire(blocking=False):
        cache.delete(f"sync:testing:{key}")
        return
    threading.Thread(
        target=_run, args=(key, found), kwargs={"with_domain": with_domain}, daemon=True
    ).start()


def has_begun(key: str) -> bool:
    """Whether a test of this key is under way, or was a moment ago."""
    return bool(cache.get(f"sync:testing:{key}"))


def result(key: str) -> Result | None:
    """What the test of this key has found so far; None before its first step."""
    found: Result | None = cache.get(f"sync:test:{key}")
    return found


def forget(key: str) -> None:
    """Let the test be begun anew."""
    cache.delete_many([f"sync:test:{key}", f"sync:testing:{key}"])


def is_over(found: Result | None) -> bool:
    return bool(found and found["is_over"])


def _run(key: str, found: Access, *, with_domain: bool) -> None:
    def told(tested: Tested) -> None:
        _keep(key, {"is_over": False, "ok": False, "steps": list(tested.steps)})

    try:
        tested = trial.try_servers(found, told=told)
        _keep(key, _whole(tested, found.address, with_domain=with_domain))
    finally:
        _room.release()


def _whole(tested: Tested, address: str, *, with_domain: bool) -> Result:
    """All that a test found; folders as the next page takes them."""
    return {
        "is_over": True,
        "ok": tested.ok,
        "steps": tested.steps,
        "folders": [
            {
                "name": folder.name,
                "display": folder.display,
                "role": str(folder.role),
                "wanted": usual.is_wanted(folder, None, labels=False),
            }
            for folder in tested.folders
            if folder.selectable
        ],
        "domain": domain.check(address) if with_domain and tested.ok else {},
        "at": timezone.now(),
    }


def _keep(key: str, found: Result) -> None:
    cache.set(f"sync:test:{key}", found, KEEP)


def steps(found: Result | None) -> list[dict[str, Any]]:
    """The ten steps with what became of them; the first one that is open is under way."""
    known: dict[str, Tried] = {step[0]: step for step in found["steps"]} if found else {}
    shown: list[dict[str, Any]] = []
    is_running = not is_over(found)
    for name, title in titles().items():
        if name in known:
            shown.append({"title": title} | _became(known[name]))
            continue
        shown.append({"title": title, "state": "running" if is_running else "waiting"})
        is_running = False
    return shown


def _became(step: Tried) -> dict[str, Any]:
    _name, passed, code, seconds = step
    why = words.trouble(code)
    states = {True: "passed", False: "failed", None: "waiting"}
    return {
        "state": states[passed],
        "detail": why.what,
        "remedy": why.remedy,
        "seconds": seconds,
    }


def titles() -> dict[str, str]:
    """The steps in order, by name."""
    return {
        "imap.name": _("Find the server that has the mail"),
        "imap.connect": _("Reach it"),
        "imap.tls": _("Secure the connection"),
        "imap.sign_in": _("Sign in"),
        "imap.folders": _("List the folders"),
        "smtp.name": _("Find the server that sends"),
        "smtp.connect": _("Reach it"),
        "smtp.tls": _("Secure the connection"),
        "smtp.sign_in": _("Sign in to send"),
        "smtp.sender": _("Send from this address"),
    }
