"""PostgreSQL refuses to run as root: under whose name it runs instead."""

import ctypes
import os
import pwd
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from crm.config.embedded.refusal import Refusal

CLONE_NEWUSER = 0x10000000
NOBODY = "nobody"


@dataclass(frozen=True)
class Identity:
    """`run_as` for a plain change of user, `before_exec` for a user namespace, or neither."""

    owner: tuple[int, int]
    run_as: tuple[int, int] | None = None
    before_exec: Callable[[], None] | None = None


def choose(binary: Path, folder: Path) -> Identity:
    """Ourselves; as root the user nobody, or a namespace in which root looks like nobody.

    The namespace serves a checkout that nobody cannot enter, such as one below /root.
    """
    own = (os.getuid(), os.getgid())
    if own[0] != 0:
        return Identity(owner=own)
    entry = pwd.getpwnam(NOBODY)
    nobody = (entry.pw_uid, entry.pw_gid)
    if _runs(binary, folder, Identity(owner=nobody, run_as=nobody)):
        return Identity(owner=nobody, run_as=nobody)
    inside = Identity(owner=own, before_exec=_namespace_of(nobody))
    if _runs(binary, folder, inside):
        return inside
    raise Refusal(
        f"PostgreSQL does not run as root, and the user {NOBODY} cannot reach {folder}"
        f" or {binary}.",
        "Start Fio as a normal user, or put the checkout and FIO_DATA where others may enter"
        " (chmod o+x on the folders above them).",
    )


def settle(folder: Path, identity: Identity) -> None:
    """Gives the folder and all in it to the identity that will use it (root only)."""
    if os.getuid() != 0 or folder.stat().st_uid == identity.owner[0]:
        return
    for place, folders, files in os.walk(folder):
        for name in folders + files:
            os.chown(os.path.join(place, name), *identity.owner, follow_symlinks=False)
    # The top last: it says whether all of it has been handed over.
    os.chown(folder, *identity.owner)


def _runs(binary: Path, folder: Path, identity: Identity) -> bool:
    """Whether this identity can enter the folder and execute the binary."""
    who: dict[str, object] = {}
    if identity.run_as is not None:
        who = {"user": identity.run_as[0], "group": identity.run_as[1], "extra_groups": []}
    try:
        done = subprocess.run(  # type: ignore[call-overload]
            ["/bin/sh", "-c", 'test -x "$1" && exec "$0" --version', str(binary), str(folder)],
            cwd="/",
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            preexec_fn=identity.before_exec,
            **who,
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return bool(done.returncode == 0)


def _namespace_of(nobody: tuple[int, int]) -> Callable[[], None]:
    libc = ctypes.CDLL(None, use_errno=True)

    def enter() -> None:
        if libc.unshare(CLONE_NEWUSER) != 0:
            raise OSError(ctypes.get_errno(), "unshare")
        for name, line in (
            ("setgroups", "deny"),
            ("uid_map", f"{nobody[0]} 0 1"),
            ("gid_map", f"{nobody[1]} 0 1"),
        ):
            with open(f"/proc/self/{name}", "w") as control:
                control.write(line)

    return enter
