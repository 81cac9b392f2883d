"""A real Exim of our own: submission with sign-in, delivery to Dovecot, genuine bounces.

Mail to acme.test and globex.test goes to Dovecot, except to nobody@, which is unknown and
bounces to its sender. Mail to deferred.test is put off; all other domains are refused.
"""

from __future__ import annotations

import grp
import os
import pwd
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.servers import process
from tests.servers.certificates import Certificate
from tests.servers.dovecot import PASSWORD

_CONFIG = """
exim_user = {user}
exim_group = {group}
primary_hostname = mx.acme.test
spool_directory = {root}/spool
log_file_path = {root}/%slog
pid_file_path = {root}/pid
local_interfaces = 127.0.0.1
daemon_smtp_ports = {port} : {tls_port}
tls_on_connect_ports = {tls_port}
tls_advertise_hosts = *
tls_certificate = {root}/cert.pem
tls_privatekey = {root}/key.pem
domainlist ours = acme.test : globex.test
qualify_domain = acme.test
message_size_limit = 30M
acl_smtp_rcpt = check_recipient
never_users =
host_lookup =
keep_environment =
add_environment = PATH=/usr/bin:/bin
dns_again_means_nonexist = *
smtp_accept_max_per_connection = 0
queue_only = false

begin acl
check_recipient:
  require authenticated = *
          message = Sign in first
  require domains = +ours : deferred.test
          message = This domain is not served here
  accept

begin routers
unknown:
  driver = redirect
  domains = +ours
  local_parts = nobody
  allow_fail
  data = :fail: No such person here
deferred:
  driver = redirect
  domains = deferred.test
  allow_defer
  data = :defer: Come back tomorrow
boxes:
  driver = accept
  domains = +ours
  transport = to_dovecot

begin transports
to_dovecot:
  driver = smtp
  protocol = lmtp
  hosts = 127.0.0.1
  hosts_override
  port = {lmtp}
  allow_localhost

begin retry
* * F,1h,5s

begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = ${{if eq{{$auth3}}{{{password}}}}}
  server_set_id = $auth2
  server_advertise_condition = ${{if def:tls_in_cipher}}
login:
  driver = plaintext
  public_name = LOGIN
  server_prompts = Username:: : Password::
  server_condition = ${{if eq{{$auth2}}{{{password}}}}}
  server_set_id = $auth1
  server_advertise_condition = ${{if def:tls_in_cipher}}
"""


@dataclass
class Exim:
    """Where it listens: `port` with STARTTLS, `tls_port` with TLS from the first byte."""

    root: Path
    port: int
    tls_port: int
    server: process.Server


@contextmanager
def exim(certificate: Certificate, *, lmtp: int, user: str | None = None) -> Iterator[Exim]:
    """Run one that hands its mail to the LMTP port of a Dovecot; `user` is whom root runs it as."""
    binary = process.program("exim4", "exim4-daemon-light")
    root = Path(tempfile.mkdtemp(prefix="fio-exim-"))
    root.chmod(0o755)
    is_root = os.geteuid() == 0
    account = pwd.getpwnam(user or "Debian-exim") if is_root else pwd.getpwuid(os.geteuid())
    shutil.copy(certificate.cert, root / "cert.pem")
    shutil.copy(certificate.key, root / "key.pem")
    (root / "spool").mkdir()
    if is_root:
        for path in (root, root / "spool"):
            shutil.chown(path, account.pw_uid, account.pw_gid)

    def start(ports: list[int]) -> process.Server:
        config = root / "exim.conf"
        config.write_text(
            _CONFIG.format(
                root=root,
                user=account.pw_name,
                group=grp.getgrgid(account.pw_gid).gr_name,
                port=ports[0],
                tls_port=ports[1],
                lmtp=lmtp,
                password=PASSWORD,
            )
        )
        command = [binary, "-C", str(config), "-bdf", "-q2s"]
        return process.Server.start(command, ports=ports, log=root / "out", user=user)

    try:
        server = process.on_free_ports(2, start)
        try:
            yield Exim(root, server.ports[0], server.ports[1], server)
        finally:
            server.stop()
    finally:
        shutil.rmtree(root, ignore_errors=True)
