"""The IMAP side: pymap over Maildirs, with what it needs to behave as a mail server would."""

import asyncio
import re
import tempfile
from argparse import Namespace
from collections.abc import Iterator
from contextlib import AsyncExitStack, closing
from mailbox import MaildirMessage
from pathlib import Path

from proxyprotocol.sock import SocketInfoLocal
from pymap.backend import maildir as backend
from pymap.backend.maildir import mailbox as maildir_mailbox
from pymap.backend.maildir.mailbox import Maildir
from pymap.backend.maildir.users import PasswordsFile, UsersFile
from pymap.context import connection_exit
from pymap.imap import IMAPConnection, IMAPServer
from pymap.imap.state import ConnectionState
from pymap.parsing.response import Response
from pysasl.hashing import Cleartext

from crm.config.demo import accounts, maildrop

SESSIONS = 64


class VerbatimMaildir(maildrop.KeepsBytes, Maildir):
    """A Maildir whose messages come back as they were stored, with CRLF line ends."""

    def iterkeys(self) -> Iterator[str]:
        """The keys in the order of arrival, by which new messages get their numbers."""
        return iter(sorted(super().iterkeys(), key=_arrival))

    def get_message(self, key: str) -> MaildirMessage:
        """The message with its bytes; KeyError when it is gone."""
        return maildrop.Verbatim(maildrop.raw_of(Path(self._join(self._lookup(key)))))


class Buffer:
    """Collects one response, so that it leaves in one piece.

    Clients that poll while idling take what has arrived for whole lines.
    """

    def __init__(self) -> None:
        self.content = bytearray()

    def write(self, data: bytes) -> None:
        """Takes more of the response."""
        self.content += data


class WholeLines(IMAPConnection):
    """A connection that writes each response at once."""

    async def write_response(self, resp: Response) -> None:
        """Sends the response; a client that has left is not an error."""
        buffer = Buffer()
        await resp.async_write(buffer)
        try:
            self.writer.write(bytes(buffer.content))
            await self.writer.drain()
        except ConnectionError:
            return


class Server(IMAPServer):
    """Accepts connections for one backend."""

    def __init__(self, login: backend.Login, config: backend.Config) -> None:
        super().__init__(login, config)
        self.login = login
        self.config = config

    async def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serves one client until it leaves."""
        connection = WholeLines(self.commands, self.config, reader, writer, SocketInfoLocal(writer))
        async with AsyncExitStack() as stack:
            connection_exit.set(stack)
            stack.enter_context(closing(connection))
            await connection.run(ConnectionState(self.login, self.config))


async def start(data: Path, port: int, stack: AsyncExitStack) -> None:
    """Listens on the port until the stack is closed; the accounts and folders are made."""
    temporary = data / "tmp"
    temporary.mkdir(exist_ok=True)
    # pymap renames from the temporary folder, which must be on the same file system.
    tempfile.tempdir = str(temporary)
    # Its sessions use whatever classes stand there.
    setattr(backend, "Maildir", VerbatimMaildir)  # noqa: B010
    setattr(maildir_mailbox, "MaildirMessage", maildrop.Verbatim)  # noqa: B010
    maildrop.clear_locks(data)
    for account in accounts.ACCOUNTS:
        maildrop.create(data, account)
    config = backend.Config.from_args(
        _arguments(data, port), hash_context=Cleartext(), reject_insecure_auth=False
    )
    config.apply_context()
    await _enrol(data)
    server = Server(backend.Login(config), config)
    listening = await asyncio.start_server(server.accept, accounts.HOST, port)
    await stack.enter_async_context(listening)


async def _enrol(data: Path) -> None:
    async with (
        UsersFile.with_write(str(data)) as users,
        PasswordsFile.with_write(str(data)) as passwords,
    ):
        for account in accounts.ACCOUNTS:
            users.set(users.build_record(account.address, account.address))
            passwords.set(passwords.build_record(account.address, accounts.PASSWORD))


def _arguments(data: Path, port: int) -> Namespace:
    return Namespace(
        base_dir=str(data),
        layout="++",
        colon=None,
        # An idling client takes a thread for itself.
        concurrency=SESSIONS,
        host=[accounts.HOST],
        port=str(port),
        cert=None,
        key=None,
        tls=False,
        inherited_sockets=None,
        proxy_protocol=None,
        debug=False,
        passlib_cfg=None,
    )


def _arrival(key: str) -> list[int]:
    """Seconds, microseconds, process and count, which begin a Maildir name."""
    return [int(number) for number in re.findall(r"\d+", key)[:4]]
