"""The report that comes back when nobody has the address (RFC 3464)."""

from datetime import datetime
from email.message import EmailMessage, Message
from email.policy import SMTP
from email.utils import format_datetime, make_msgid

POSTMASTER = "Mail Delivery System <mailer-daemon@mail.acme.test>"


def report(original: EmailMessage, recipient: str, at: datetime) -> bytes:
    """A delivery status notification for a recipient who does not exist."""
    message = EmailMessage(policy=SMTP)
    message["From"] = POSTMASTER
    message["To"] = str(original.get("From", ""))
    message["Subject"] = "Undelivered mail returned to sender"
    message["Date"] = format_datetime(at)
    message["Message-ID"] = make_msgid(domain="mail.acme.test")
    message["In-Reply-To"] = str(original.get("Message-ID", ""))
    message["Auto-Submitted"] = "auto-replied"
    message.set_content(
        "Your message could not be delivered to this address:\n\n"
        f"  {recipient}\n\n"
        "The mail server there says: 550 5.1.1 User unknown.\n"
    )
    message.make_mixed()
    for part in (_status(recipient), _headers(original)):
        message.attach(part)
    message.set_type("multipart/report")
    message.set_param("report-type", "delivery-status")
    return message.as_bytes()


def _status(recipient: str) -> EmailMessage:
    """Two groups of fields: about the report, and about the recipient."""
    about, fields = Message(SMTP), Message(SMTP)
    about["Reporting-MTA"] = "dns; mail.acme.test"
    fields["Final-Recipient"] = f"rfc822; {recipient}"
    fields["Action"] = "failed"
    fields["Status"] = "5.1.1"
    fields["Remote-MTA"] = f"dns; mail.{recipient.rsplit('@', 1)[-1]}"
    fields["Diagnostic-Code"] = "smtp; 550 5.1.1 User unknown"
    part = EmailMessage(policy=SMTP)
    part["Content-Type"] = "message/delivery-status"
    part.set_payload([about, fields])
    return part


def _headers(original: EmailMessage) -> EmailMessage:
    bare = EmailMessage(policy=SMTP)
    for name, value in original.items():
        if not name.lower().startswith("content-"):
            bare[name] = str(value)
    part = EmailMessage(policy=SMTP)
    part["Content-Type"] = "text/rfc822-headers"
    part.set_payload(bare.as_bytes().decode("ascii"))
    return part
