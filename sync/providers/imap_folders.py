"""Which folders a mailbox has (RFC 3501, 6.3.8; RFC 6154; RFC 8474)."""

from __future__ import annotations

from sync.providers import imap_names, imap_roles, imap_tokens
from sync.providers.base import RemoteFolder, Role
from sync.providers.imap_session import Session
from sync.providers.imap_tokens import Item
from sync.providers.imap_wire import Response


def listing(session: Session) -> tuple[RemoteFolder, ...]:
    """Every folder the server lists, each name once, with roles."""
    found: dict[str, RemoteFolder] = {}
    ids: dict[str, str] = {}
    for response in session.run(*_command(session)):
        tokens = response.tokens
        if response.kind in {b"LIST", b"XLIST"}:
            folder = _folder(tokens)
            if folder and folder.name not in found:
                found[folder.name] = folder
        elif response.kind == b"STATUS" and len(tokens) > 1 and isinstance(tokens[0], bytes):
            ids[tokens[0].decode("latin-1")] = _mailbox_id(response)
    return imap_roles.assign(
        [
            RemoteFolder(
                name=folder.name,
                display=folder.display,
                delimiter=folder.delimiter,
                role=folder.role,
                selectable=folder.selectable,
                remote_id=ids.get(folder.name, ""),
            )
            for folder in found.values()
        ]
    )


def _command(session: Session) -> tuple[bytes, ...]:
    names = session.names
    if "LIST-EXTENDED" in names and "SPECIAL-USE" in names:
        if "OBJECTID" in names and "LIST-STATUS" in names:
            return (b'LIST "" "*" RETURN (SPECIAL-USE STATUS (MAILBOXID))',)
        return (b'LIST "" "*" RETURN (SPECIAL-USE)',)
    if "XLIST" in names and "SPECIAL-USE" not in names:
        return (b'XLIST "" "*"',)
    return (b'LIST "" "*"',)


def _folder(tokens: list[Item]) -> RemoteFolder | None:
    if len(tokens) < 3 or not isinstance(tokens[2], bytes):
        return None
    flags = imap_tokens.flags(tokens[0])
    lower = {flag.lower() for flag in flags}
    delimiter = tokens[1].decode("latin-1") if isinstance(tokens[1], bytes) else ""
    name = tokens[2].decode("latin-1")
    display = imap_names.display(name)
    role = imap_roles.by_flags(flags)
    if role is Role.INBOX or name.upper() == "INBOX":
        # XLIST shows the inbox under a translated name, yet opens it as INBOX only.
        name, display, role = (
            ("INBOX" if role is Role.INBOX else name),
            "INBOX",
            Role.INBOX,
        )
    return RemoteFolder(
        name=name,
        display=display,
        delimiter=delimiter,
        role=role,
        selectable=not lower & {"\\noselect", "\\nonexistent"},
    )


def _mailbox_id(response: Response) -> str:
    told = response.told.get(b"MAILBOXID")
    value = told[0] if isinstance(told, list) and told else told
    return value.decode("latin-1") if isinstance(value, bytes) else ""
