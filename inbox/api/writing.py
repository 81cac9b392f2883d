"""What a program says when it writes a mail, for drafts and the outbox alike."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from django.core.exceptions import ValidationError as Invalid
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from crm.timeline.api import about
from crm.ui.rest import counted, fields, shapes
from crm.ui.rest.refusals import Conflict
from inbox.actions import awaiting, compose, direct, envelope
from inbox.api import refs

MOST_FILES = 50
NAMED = re.compile(r"^(?P<name>[^<>\x00-\x1f]*)<(?P<address>[^<>\s]+)>$")


@extend_schema_field(
    {
        "type": "string",
        "maxLength": 400,
        "description": "An address, or a name and the address: `Dana <dana@northwind.test>`.",
        "example": "Dana Whitfield <dana@northwind.test>",
    }
)
class Recipient(serializers.Field):  # type: ignore[type-arg]
    """Whom a mail goes to, as [name, address]."""

    def to_internal_value(self, data: Any) -> list[str]:
        if not isinstance(data, str) or len(data) > 400:
            raise serializers.ValidationError(_("An address is a string."), code="invalid")
        named = NAMED.match(data.strip())
        name, address = (named["name"], named["address"]) if named else ("", data.strip())
        try:
            validate_email(address)
        except Invalid as error:
            raise serializers.ValidationError(error.messages, code="invalid") from error
        return [name.strip().strip('"').strip(), address]

    def to_representation(self, value: Any) -> str:
        name, address = value[0], value[1]
        return f"{name} <{address}>" if name else address


def everybody() -> counted.Few:
    """A line of recipients."""
    return counted.Few(
        child=Recipient(), required=False, default=list, max_length=envelope.MOST_RECIPIENTS
    )


def unless_answered(**kwargs: Any) -> serializers.BooleanField:
    return serializers.BooleanField(
        required=False,
        **({"default": False} | kwargs),
        help_text="A person's answer that comes before `send_at` makes it a draft again; automatic "
        "replies do not count.",
    )


class LetterShape(shapes.Shape):
    """A mail to write. Give `text`, `html` or both; name records, and its thread is linked to
    them once it is sent.
    """

    mailbox = refs.mailbox(help_text="The mailbox it leaves from.")
    to = everybody()
    cc = everybody()
    bcc = everybody()
    subject = fields.Text(required=False, allow_blank=True, default="", max_length=compose.SUBJECT)
    text = fields.Text(
        required=False,
        allow_blank=True,
        allow_null=True,
        default="",
        trim_whitespace=False,
        max_length=fields.LONGEST_TEXT,
    )
    html = fields.Text(
        required=False,
        allow_blank=True,
        allow_null=True,
        default="",
        trim_whitespace=False,
        max_length=fields.LONGEST_TEXT,
    )
    in_reply_to = refs.message(
        required=False,
        allow_null=True,
        default=None,
        help_text="The id of the message it answers, which came to a mailbox one works in.",
    )
    attachments = counted.Few(
        child=refs.upload(),
        required=False,
        default=list,
        max_length=MOST_FILES,
        help_text="Ids of uploads. A picture of the text is named in it as `cid:ID@inline`.",
    )
    remind_after_days = fields.Number(
        required=False,
        default=0,
        min_value=0,
        max_value=awaiting.MOST_DAYS,
        help_text="Remind the author if nobody has answered so many days after it left; 0: never.",
    )
    track_opens = fields.Flag(
        required=False, default=False, help_text="Let the HTML tell when it is opened."
    )
    track_clicks = fields.Flag(
        required=False, default=False, help_text="Let its links lead by way of Fio."
    )
    quote = fields.Flag(
        required=False,
        default=False,
        help_text="Put the mail it answers, or passes on, below it when it leaves.",
    )
    signature = serializers.BooleanField(
        required=False, default=False, help_text="Put the mailbox's signature below it."
    )


def letter(asked: Mapping[str, Any]) -> direct.Letter:
    """The request as a letter."""
    said = dict(asked)
    records = about.taken(said)
    same = ("mailbox", "to", "cc", "bcc", "subject")
    return direct.Letter(
        **{name: asked[name] for name in same if name in asked},
        text=asked.get("text") or "",
        html=asked.get("html") or "",
        answers=asked.get("in_reply_to"),
        uploads=asked.get("attachments", ()),
        is_signed=asked.get("signature", False),
        is_quoting=asked.get("quote", False),
        remind_days=asked.get("remind_after_days", 0),
        tracks_opens=asked.get("track_opens", False),
        tracks_clicks=asked.get("track_clicks", False),
        about=records,
    )


def told(run: Callable[[], Any]) -> Any:
    """Run an action of writing; what keeps the mail from leaving becomes errors by field."""
    try:
        return run()
    except envelope.NotReady as error:
        found: dict[str, list[str]] = {}
        for problem in error.problems:
            name = "attachments" if problem.field in ("uploads", "attachment") else problem.field
            found.setdefault(name, []).append(problem.message)
        raise ValidationError(found, code="not_ready") from error
    except compose.DraftChanged as error:
        text = _("The draft was changed or sent meanwhile; its version is %(version)s now.")
        raise Conflict(text % {"version": error.version}) from error
    except compose.AnsweredMeanwhile as error:
        remedy = _("Read it, then send with `send_anyway`, change the draft or delete it.")
        raise Conflict(f"{error} {remedy}") from error
    except compose.TooLate as error:
        raise Conflict(_("It is too late: the mail has left, or may have.")) from error
