"""A real Dovecot of our own, as root or as a normal user, that knows every address."""

from __future__ import annotations

import grp
import itertools
import os
import pwd
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.servers import process
from tests.servers.certificates import Certificate

PASSWORD = "sea-shell-42"
FIRST_OF_CROWD = 40000
_numbers = itertools.count()

_CONFIG = """
base_dir = {root}/run
state_dir = {root}/state
log_path = /dev/stderr
protocols = imap lmtp
listen = 127.0.0.1
default_login_user = {login}
default_internal_user = {internal}
default_internal_group = {internal_group}
first_valid_uid = 0
first_valid_gid = 0
mail_uid = {owner}
mail_gid = {group}
mail_home = {root}/mail/%Lu
mail_location = maildir:~/Maildir
mail_max_userip_connections = {connections}
ssl = yes
ssl_cert = <{root}/cert.pem
ssl_key = <{root}/key.pem
disable_plaintext_auth = no
auth_mechanisms = plain login
auth_failure_delay = 0
imap_idle_notify_interval = 10 s
postmaster_address = postmaster@acme.test
{capability}
passdb {{
  driver = static
  args = password={password}
}}
{crowd}
userdb {{
  driver = static
  args = uid={owner} gid={group} home={root}/mail/%Lu
}}
namespace inbox {{
  inbox = yes
  separator = /
  mailbox Sent {{
    auto = create
    special_use = \\Sent
  }}
  mailbox Drafts {{
    auto = create
    special_use = \\Drafts
  }}
  mailbox Trash {{
    auto = create
    special_use = \\Trash
  }}
  mailbox Junk {{
    auto = create
    special_use = \\Junk
  }}
  mailbox Archive {{
    auto = create
    special_use = \\Archive
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    address = 127.0.0.1
    port = {lmtp}
  }}
}}
"""

# For thousands who listen at once. As root each has a user id of his own, listed in a file: the
# kernel lets one id watch few folders, and then Dovecot looks only now and then.
_CROWD = """
default_client_limit = 20000
service imap-login {{
  service_count = 0
  process_min_avail = 2
}}
service imap {{
  process_limit = 8192
}}
service auth {{
  client_limit = 40000
}}
{users}
"""
_USERS = """
userdb {{
  driver = passwd-file
  args = username_format=%Lu {root}/users
}}
"""


@dataclass
class Dovecot:
    """Where it listens. Every address is a mailbox, and all have the same password."""

    root: Path
    imap: int
    imaps: int
    lmtp: int
    owner: str
    server: process.Server

    def maildir(self, address: str, folder: str = "") -> Path:
        """The directory that holds a folder's mail."""
        base = self.root / "mail" / address / "Maildir"
        return base / f".{folder}" if folder else base

    def put(self, address: str, mails: Iterable[bytes], folder: str = "") -> None:
        """Lay mail into a mailbox as a delivery would, fast and many at a time.

        Each is written aside and renamed into place when it is whole and the server's, as
        maildir(5) says, for the server may be at work in the same folder at that moment.
        """
        box = self.maildir(address, folder)
        for place in [*_between(self.root, box), *(box / name for name in ("cur", "new", "tmp"))]:
            if not place.exists():
                place.mkdir(exist_ok=True)
                self.own(place)
        for number, raw in zip(_numbers, mails, strict=False):
            size = len(raw) + raw.count(b"\n") - raw.count(b"\r\n")
            name = f"{1_700_000_000 + number}.M{number}P1.put"
            aside = box / "tmp" / name
            aside.write_bytes(raw)
            self.own(aside)
            aside.rename(box / "cur" / f"{name},S={len(raw)},W={size}:2,")

    def renumber(self, address: str, folder: str = "") -> None:
        """Make the server forget its numbers: a new UIDVALIDITY over the same mail."""
        box = self.maildir(address, folder)
        for file in [box / "dovecot-uidlist", *box.glob("dovecot.index*")]:
            file.unlink(missing_ok=True)

    def own(self, path: Path) -> None:
        """Give it, and all below it, to the one as whom the server works."""
        if os.geteuid() == 0:
            shutil.chown(path, self.owner, None)
            for folder, folders, files in os.walk(path):
                for name in (*folders, *files):
                    shutil.chown(Path(folder) / name, self.owner, None)


def _between(root: Path, box: Path) -> list[Path]:
    """The directories from the root down to this one, outermost first."""
    return [*reversed([path for path in box.parents if root in path.parents]), box]


@contextmanager
def dovecot(
    certificate: Certificate,
    *,
    capability: str = "",
    connections: int = 50,
    user: str | None = None,
    crowd: Iterable[str] = (),
) -> Iterator[Dovecot]:
    """Run one; `capability` is all it then admits to, `user` whom root runs it as.

    `crowd` are the addresses of those, perhaps thousands, who will listen at the same time.
    """
    binary = process.program("dovecot", "dovecot-imapd")
    process.program("/usr/lib/dovecot/lmtp", "dovecot-lmtpd")
    root = Path(tempfile.mkdtemp(prefix="fio-dovecot-"))
    root.chmod(0o755)
    runs_as = user or pwd.getpwuid(os.geteuid()).pw_name
    account = pwd.getpwnam("nobody" if runs_as == "root" else runs_as)
    internal = pwd.getpwnam("dovecot" if runs_as == "root" else runs_as)
    words = {
        "login": "dovenull" if runs_as == "root" else runs_as,
        "internal": internal.pw_name,
        "internal_group": grp.getgrgid(internal.pw_gid).gr_name,
        "owner": account.pw_uid,
        "group": account.pw_gid,
        "connections": connections,
        "capability": f"imap_capability = {capability}" if capability else "",
        "password": PASSWORD,
    }
    words["crowd"] = _listeners(root, list(crowd), account.pw_gid)
    shutil.copy(certificate.cert, root / "cert.pem")
    shutil.copy(certificate.key, root / "key.pem")
    (root / "mail").mkdir()
    if os.geteuid() == 0:
        shutil.chown(root / "mail", account.pw_uid, account.pw_gid)
        if user:
            shutil.chown(root, account.pw_uid, account.pw_gid)

    def start(ports: list[int]) -> process.Server:
        named = dict(zip(("imap", "imaps", "lmtp"), ports, strict=True))
        config = root / "dovecot.conf"
        config.write_text(_CONFIG.format(root=root, **named, **words))
        command = [binary, "-F", "-c", str(config)]
        return process.Server.start(command, ports=ports, log=root / "out", user=user)

    try:
        server = process.on_free_ports(3, start)
        try:
            imap, imaps, lmtp = server.ports
            yield Dovecot(root, imap, imaps, lmtp, account.pw_name, server)
        finally:
            server.stop()
    finally:
        shutil.rmtree(root, ignore_errors=True)


def _listeners(root: Path, crowd: list[str], group: int) -> str:
    """The configuration for many at once; nothing where there are only a few."""
    if not crowd:
        return ""
    users = ""
    if os.geteuid() == 0:
        lines = [
            f"{address}::{FIRST_OF_CROWD + number}:{group}::{root}/mail/{address}::"
            for number, address in enumerate(crowd)
        ]
        (root / "users").write_text("\n".join(lines) + "\n")
        users = _USERS.format(root=root)
    return _CROWD.format(users=users)
