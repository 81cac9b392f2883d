"""From a draft to the bytes that leave: addresses looked at, the original quoted, files added."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.utils.translation import gettext as _

from crm.workspaces.models import Membership
from inbox.actions import answering, blobs, files, pictures
from inbox.mime import build, outgoing, plain, thread
from inbox.mime.parsed import Address
from inbox.mime.placeholders import Filled
from inbox.models import Draft, Mailbox
from inbox.queries import access, placeholders, templates
from inbox.queries import blobs as kept

MOST_RECIPIENTS = 200
SNIPPET = 160
LINES = ("to", "cc", "bcc")
is_address = EmailValidator()


@dataclass(frozen=True, slots=True)
class Problem:
    """What keeps a mail from leaving, in a sentence, and the field it stands in."""

    field: str
    message: str


class NotReady(Exception):
    """The mail cannot leave as it is; `problems` say why."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(problem.message for problem in problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Sealed:
    """A mail ready to leave: its bytes are kept, its recipients are bare addresses, once each."""

    rfc_id: str
    blob_id: int
    recipients: list[str]
    subject: str
    snippet: str


def seal(
    *, draft: Draft, by: Membership, at: datetime, leaves_at: datetime | None = None
) -> Sealed:
    """Build the mail, dated when it leaves, and keep its bytes; raises NotReady."""
    said = placeholders.filled(draft, by)
    problems = _problems(draft, by) + _unfilled(said)
    if problems:
        raise NotReady(problems)
    # The row keeps its fields; what leaves has their values
    draft.subject, draft.html = said["subject"].text, said["html"].text
    draft.text = said["text"].text
    rfc_id = outgoing.message_id(draft.mailbox.address.rpartition("@")[2], at=at)
    try:
        raw = build.build(_outline(draft, by, rfc_id, leaves_at or at))
    except build.BadField as error:
        raise NotReady([Problem(error.field, _sentence(error))]) from error
    everybody: list[str] = [person[1] for line in LINES for person in getattr(draft, line)]
    return Sealed(
        rfc_id=rfc_id,
        blob_id=blobs.keep(raws=[raw], at=at)[0],
        subject=draft.subject,
        recipients=list({each.lower(): each for each in everybody}.values()),
        snippet=" ".join(plain.from_html(draft.html).split())[:SNIPPET],
    )


def _unfilled(said: dict[str, Filled]) -> list[Problem]:
    """Fields that nobody can fill: the mail must not leave with braces in it."""
    found: dict[str, Problem] = {}
    labels = {field.name: field.title for field in placeholders.fields()} if _lacks(said) else {}
    for part, filled in said.items():
        line = "subject" if part == "subject" else "html"
        for field in filled.empty:
            values = {"field": labels.get(field.name, field.name)}
            text = _(
                "“%(field)s” has no value here. Write the word yourself, or give the field a "
                "word for this case."
            )
            found.setdefault(field.raw, Problem(line, text % values))
        for field in filled.unknown:
            text = _("There is no field %(field)s. Take it out, or insert another.")
            found.setdefault(field.raw, Problem(line, text % {"field": field.raw}))
    return list(found.values())


def _lacks(said: dict[str, Filled]) -> bool:
    return any(filled.empty for filled in said.values())


def _problems(draft: Draft, by: Membership) -> list[Problem]:
    found = _unreadable(draft, by)
    for line in LINES:
        for _name, address in getattr(draft, line):
            if not _is_address(address):
                text = _("“%(address)s” is not a full e-mail address.") % {"address": address}
                found.append(Problem(line, text))
    count = sum(len(getattr(draft, line)) for line in LINES)
    if not count:
        found.append(Problem("to", _("Nobody is in To. Add an address.")))
    if count > MOST_RECIPIENTS:
        text = _("One mail goes to at most %(most)s people.") % {"most": MOST_RECIPIENTS}
        found.append(Problem("to", text))
    if sum(file.size for file in templates.files(draft)) > files.LIMIT:
        found.append(Problem("uploads", str(files.TooBig())))
    if draft.mailbox.state == Mailbox.State.DELETED:
        found.append(Problem("mailbox", _("This mailbox is no longer connected. Choose another.")))
    return found


def _unreadable(draft: Draft, by: Membership) -> list[Problem]:
    """What is quoted may have been hidden from the writer since he began."""
    quoted = draft.answers_id if draft.is_quoting else None
    if quoted is None or access.messages(by).filter(pk=quoted).exists():
        return []
    text = _(
        "You can no longer read the mail that stands below yours, so it cannot be sent along. "
        "Leave it out, or ask its owner to share it again. Your draft is kept."
    )
    return [Problem("quote", text)]


def _is_address(text: str) -> bool:
    try:
        is_address(text)
    except ValidationError:
        return False
    return True


def _sentence(error: build.BadField) -> str:
    words = {
        "subject": _("The subject has a line break or a control character in it."),
        "attachment": _("A file's name has a character in it that cannot be sent."),
    }
    return words.get(error.field) or _("This field has something in it that cannot be sent.")


def _outline(draft: Draft, by: Membership, rfc_id: str, at: datetime) -> build.Outline:
    answered = draft.answers
    parent, chain = "", tuple[str, ...]()
    quote: build.Quote | None = None
    attachments = _files(draft)
    if answered is not None:
        raw = answering.raw_of(answered)
        parent, chain = answering.references(raw, answered)
        if draft.is_quoting:
            quote = answering.quote(answered, draft.kind)
            attachments += answering.pictures(raw, answered, quote.clean_html)
    return build.Outline(
        sender=Address(draft.mailbox.name or by.name, draft.mailbox.address),
        message_id=rfc_id,
        date=at,
        to=_people(draft.to),
        cc=_people(draft.cc),
        bcc=_people(draft.bcc),
        subject=draft.subject,
        text=draft.text,
        html=draft.html or "<p></p>",
        quote=quote,
        in_reply_to=parent if parent.isascii() and thread.is_key(parent) else "",
        references=[each for each in chain if each.isascii()],
        attachments=attachments,
    )


def _people(people: Sequence[Sequence[str]]) -> list[Address]:
    return [answering.address(person) for person in people]


def _files(draft: Draft) -> list[build.Attachment]:
    shown = set(pictures.shown(draft.html))
    return [
        build.Attachment(
            file.filename,
            file.content_type,
            kept.data(file.blob_id),
            f"{file.uid}{pictures.MARK}" if file.uid in shown else "",
        )
        for file in templates.files(draft)
    ]
