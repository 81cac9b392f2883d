"""What a person reads when a mail server says no: what happened and what to do.

Marked for translation here, translated where it is shown.
"""

from __future__ import annotations

import re
from typing import NamedTuple

# A figure in a text, and where the words kept of a failure tell it
HOLE = re.compile(r"%\((\w+)\)s")
LIMIT = re.compile(r"SIZE (\d{1,15})")


def _(text: str) -> str:
    return text


class Text(NamedTuple):
    """What happened, and the remedy."""

    what: str
    remedy: str


def size(octets: int) -> str:
    """So many octets, for people."""
    large = octets >= 1_048_576
    return f"{octets / 1_048_576:.0f} MB" if large else f"{max(1, round(octets / 1024))} kB"


def fill(text: str, said: str = "") -> str:
    """A text, translated already, with the figures that the words kept of the failure tell."""
    limit = LIMIT.fullmatch(said)
    known = {"limit": size(int(limit[1]))} if limit else {}
    return HOLE.sub(lambda hole: known.get(hole[1], "…"), text)


_WAIT = _("Nothing is lost. We try again by ourselves.")

TEXTS: dict[str, Text] = {
    "host.refused": Text(
        _("This address may not be used as a mail server."),
        _("Use the public name of your mail server and one of the usual mail ports."),
    ),
    "name.failed": Text(
        _("The name of the mail server can't be found."),
        _("Check the spelling of the server name."),
    ),
    "connect.failed": Text(
        _("Nothing answers at this server and port."),
        _("Check the port. Usual ones are 993 for reading and 465 or 587 for sending."),
    ),
    "connect.timeout": Text(
        _("The server took too long to answer."),
        _("Check the server name and the port, then try again."),
    ),
    "connect.lost": Text(_("The server closed the connection before it was done."), _WAIT),
    "tls.failed": Text(
        _("No secure connection could be made with this server and port."),
        _("Try the other security setting: TLS for port 993 or 465, STARTTLS for 143 or 587."),
    ),
    "tls.certificate": Text(
        _("The server's certificate is not valid for this name."),
        _("Use the name that is on the certificate; the mail provider can tell you it."),
    ),
    "tls.expired": Text(
        _("The server's certificate is over, or not valid yet."),
        _("Ask the mail provider to renew it. Nothing was sent over this connection."),
    ),
    "tls.untrusted": Text(
        _("The server's certificate was signed by nobody we trust."),
        _("Check the server name. An operator of Fio can add your company's own authority."),
    ),
    "tls.stripped": Text(
        _("The server does not offer to secure the connection."),
        _("Use TLS on port 993 or 465. The password was not sent."),
    ),
    "tls.required": Text(
        _("An unprotected connection is not allowed for this mailbox."),
        _("Choose TLS or STARTTLS, or allow an unprotected connection for this mailbox."),
    ),
    "protocol.unexpected": Text(
        _("What answers at this port is not the mail server we expected."),
        _("Check the port and the security setting."),
    ),
    "auth.refused": Text(
        _("The server refused the user name or the password."),
        _("Type the password again. Some providers need an app password made for this use."),
    ),
    "auth.app_password": Text(
        _("This provider takes an app password here, not your usual one."),
        _("Create an app password in the security settings of your mail account and use it."),
    ),
    "auth.web_login": Text(
        _("The provider wants you to sign in on its website first."),
        _("Sign in on the provider's website, confirm that it was you, then try again."),
    ),
    "auth.no_passwords": Text(
        _("Microsoft 365 no longer takes passwords for mail programs."),
        _("Connect this mailbox with Microsoft sign-in instead of a password."),
    ),
    "auth.disabled": Text(
        _("Mail programs are switched off for this account."),
        _("Switch IMAP and SMTP on in the settings of your mail account, then try again."),
    ),
    "auth.unsupported": Text(
        _("The server offers no way to sign in with a password."),
        _("Ask your mail provider how mail programs sign in."),
    ),
    "permission.denied": Text(
        _("The server does not let this user do that."),
        _("Ask the mail provider or your administrator for the missing right."),
    ),
    "server.limit": Text(
        _("The server says there are too many connections or too much traffic."),
        _("Nothing is lost. We pause for some minutes and go on by ourselves."),
    ),
    "server.busy": Text(_("The mail server is busy or under maintenance."), _WAIT),
    "server.failed": Text(_("The mail server reported an error."), _WAIT),
    "server.refused": Text(
        _("The mail server refused the request."),
        _("Look at the details, or ask your mail provider."),
    ),
    "server.quota": Text(
        _("The mailbox on the server is full."),
        _("Delete mail on the server or ask for more space."),
    ),
    "mailbox.other": Text(
        _("This looks like another mailbox: none of the newest mail we know is in it."),
        _("Check the server and the user name. Another mailbox is connected as one of its own."),
    ),
    "storage.full": Text(
        _("There is no room left where Fio keeps its data."),
        _("Nothing is lost. Whoever runs Fio has to make room; then it goes on by itself."),
    ),
    "cursor.expired": Text(
        _("The server has numbered this folder anew."),
        _("Nothing is lost. The folder is compared with what we have; nothing is doubled."),
    ),
    "folder.gone": Text(
        _("This folder can't be opened on the server any more."),
        _("Choose another folder, or create it again on the server."),
    ),
    "message.gone": Text(
        _("The message is no longer on the server."),
        _("It was deleted or moved there meanwhile."),
    ),
    "message.unreadable": Text(
        _("The server can't deliver this message."),
        _("Open it in the provider's own web mail. All other mail is fine."),
    ),
    "message.large": Text(
        _("The message is larger than the server accepts."),
        _("Send the attachment by a link, or split the message."),
    ),
    "message.over_limit": Text(
        _("The message is larger than the server accepts, which is %(limit)s."),
        _("Send the attachment by a link, or split the message."),
    ),
    "send.sender": Text(
        _("The server refused the sender address."),
        _("Send from the address of the mailbox, or ask the provider to allow this one."),
    ),
    "send.recipients": Text(
        _("The server refused every recipient."),
        _("Check the addresses."),
    ),
    "send.recipient": Text(_("The server refused this recipient."), _("Check the address.")),
    "send.later": Text(
        _("The server asked us to deliver this later."),
        _("We try again by ourselves."),
    ),
    "send.held": Text(
        _("It was held: when its time came, its owner could not sign in here."),
        _("Send it now, choose another time, or make it a draft again."),
    ),
    "send.put_off": Text(
        _("The server put this recipient off until we stopped waiting."),
        _("The others have it. Send it to this one again later."),
    ),
    "send.content": Text(
        _("The server refused the message."),
        _("Providers refuse what looks like spam and some attachments. Change it, then retry."),
    ),
    "send.unknown": Text(
        _("The connection broke at the very end, so the mail may or may not have been sent."),
        _("Look in the Sent folder or ask the recipient before you send it again."),
    ),
    "send.address": Text(
        _("The server can't take an address with letters outside plain ASCII."),
        _("Use another address of this person."),
    ),
}
