"""A real Cyrus of our own, as a normal user, out of a folder: its package refuses Dovecot's.

`scripts/install-peers` unpacks it into build/peers. It has what Dovecot has not: ids of
messages and folders (RFC 8474), late expunging, other words, `INBOX.` before every name.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from imapclient import IMAPClient

from tests.servers import process
from tests.servers.certificates import Certificate
from tests.servers.dovecot import PASSWORD

UNPACKED = Path(__file__).parents[2] / "build" / "peers" / "cyrus"
REALM = "cyrus.test"
FOLDERS = "Sent|Drafts|Trash|Junk|Archive"

_IMAPD = """
configdirectory: {root}/conf
partition-default: {root}/spool
defaultpartition: default
servername: {realm}
virtdomains: off
unixhierarchysep: {unix}
altnamespace: {unix}
allowplaintext: yes
sasl_pwcheck_method: auxprop
sasl_auxprop_plugin: sasldb
sasl_sasldb_path: {root}/conf/sasldb2
sasl_mech_list: PLAIN LOGIN
autocreate_quota: 0
autocreate_inbox_folders: {folders}
autocreate_subscribe_folders: {folders}
xlist-sent: Sent
xlist-drafts: Drafts
xlist-trash: Trash
xlist-junk: Junk
xlist-archive: Archive
conversations: yes
idlesocket: {root}/run/idle
notifysocket: {root}/run/notify
lmtpsocket: {root}/run/lmtp
mboxname_lockpath: {root}/run/lock
proc_path: {root}/run/proc
tls_server_cert: {root}/cert.pem
tls_server_key: {root}/key.pem
delete_mode: delayed
expunge_mode: delayed
"""
_MASTER = """
START {{
  recover cmd="{bin}/ctl_cyrusdb -C {root}/imapd.conf -r"
}}
SERVICES {{
  imap  cmd="{bin}/imapd -C {root}/imapd.conf" listen="127.0.0.1:{imap}" prefork=0
  imaps cmd="{bin}/imapd -C {root}/imapd.conf -s" listen="127.0.0.1:{imaps}" prefork=0
}}
DAEMON {{
  idled cmd="{bin}/idled -C {root}/imapd.conf"
}}
"""


@dataclass
class Cyrus:
    """Where it listens; `enrol` makes a user, whose mailbox is there at the first sign-in."""

    root: Path
    imap: int
    imaps: int
    account: pwd.struct_passwd

    def enrol(self, name: str) -> str:
        """A new user's name."""
        binary = UNPACKED / "usr" / "sbin" / "saslpasswd2"
        store = self.root / "conf" / "sasldb2"
        command = [str(binary), "-p", "-c", "-f", str(store), "-u", REALM, name]
        subprocess.run(
            command, input=PASSWORD.encode(), check=True, env=_surroundings(), capture_output=True
        )
        _own(store, self.account)
        return name

    def client(self, name: str) -> IMAPClient:
        """A second, independent client, signed in."""
        client = IMAPClient("127.0.0.1", self.imap, ssl=False, timeout=20)
        client._imap.debug = 0
        client.login(name, PASSWORD)
        return client


def _surroundings() -> dict[str, str]:
    """Its libraries are where it was unpacked, in two folders."""
    folders = [*UNPACKED.glob("usr/lib/*-linux-gnu*"), *UNPACKED.glob("lib/*-linux-gnu*")]
    return {
        "PATH": os.environ["PATH"],
        "LD_LIBRARY_PATH": ":".join(map(str, folders)),
        "SASL_PATH": ":".join(str(folder / "sasl2") for folder in folders),
    }


def _own(path: Path, account: pwd.struct_passwd) -> None:
    if os.geteuid() == 0:
        shutil.chown(path, account.pw_uid, account.pw_gid)


@contextmanager
def cyrus(certificate: Certificate, *, prefixed: bool = False) -> Iterator[Cyrus]:
    """Run one; `prefixed` names every folder `INBOX.…` as older installations do."""
    binaries = UNPACKED / "usr" / "lib" / "cyrus" / "bin"
    if not (binaries / "master").exists():
        raise process.NotStarted("Cyrus is not there. Run scripts/install-peers.")
    root = Path(tempfile.mkdtemp(prefix="fio-cyrus-"))
    root.chmod(0o755)
    account = pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
    for name in ("conf", "conf/socket", "spool", "run", "run/lock", "run/proc"):
        (root / name).mkdir()
        _own(root / name, account)
    shutil.copy(certificate.cert, root / "cert.pem")
    shutil.copy(certificate.key, root / "key.pem")
    for path in (root, root / "cert.pem", root / "key.pem"):
        _own(path, account)
    words = {"root": root, "realm": REALM, "folders": FOLDERS, "bin": binaries}
    unix = "no" if prefixed else "yes"
    (root / "imapd.conf").write_text(_IMAPD.format(unix=unix, **words))

    def start(ports: list[int]) -> process.Server:
        services = _MASTER.format(imap=ports[0], imaps=ports[1], **words)
        (root / "cyrus.conf").write_text(services)
        command = [str(binaries / "master"), "-D", "-C", str(root / "imapd.conf"),
                   "-M", str(root / "cyrus.conf"), "-p", str(root / "run" / "pid")]  # fmt: skip
        surroundings = [f"{name}={value}" for name, value in _surroundings().items()]
        surroundings.append(f"CYRUS_USER={account.pw_name}")
        user = account.pw_name if os.geteuid() == 0 else None
        return process.Server.start(
            ["env", *surroundings, *command], ports=ports, log=root / "out", user=user
        )

    try:
        server = process.on_free_ports(2, start)
        try:
            yield Cyrus(root, server.ports[0], server.ports[1], account)
        finally:
            server.stop()
    finally:
        shutil.rmtree(root, ignore_errors=True)
