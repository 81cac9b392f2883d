"""What the list of an address is narrowed to: the words in it and the chips above it."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from uuid import UUID

from django.http import Http404, QueryDict
from django.utils.translation import gettext as _

from inbox import forms
from inbox.models import MailLabel
from inbox.queries import labels
from inbox.queries.narrowing import Narrow

if TYPE_CHECKING:
    from inbox.views.listing import Asked

# The words an address may say besides the label
WORDS = {
    "linked": ("yes", "no"),
    "deal": ("open",),
    "contact": ("1",),
    "files": ("1",),
    "awaiting": ("me", "them"),
    "tracking": ("1",),
}


@dataclass(frozen=True, slots=True)
class Chosen:
    """Filters by the words of the address, the label found, and the view they came from."""

    words: tuple[tuple[str, str], ...] = ()
    label: MailLabel | None = None
    view: UUID | None = None

    def said(self) -> dict[str, str]:
        """What an address says to ask for the same."""
        found = dict(self.words)
        if self.label is not None:
            found["label"] = str(self.label.uid)
        if self.view is not None:
            found["view"] = str(self.view)
        return found

    @property
    def narrow(self) -> Narrow:
        said = dict(self.words)
        return Narrow(
            label=self.label.pk if self.label is not None else None,
            linked={"yes": True, "no": False}.get(said.get("linked", "")),
            deal_open="deal" in said,
            contact="contact" in said,
            attachment=True if "files" in said else None,
            awaiting=said.get("awaiting", ""),
            tracked=True if "tracking" in said else None,
        )

    def changed(self, name: str, value: str) -> "Chosen":
        """The same with one word said otherwise, or not at all; it is no view any more."""
        words = {**dict(self.words), name: value}
        return Chosen(tuple((key, word) for key, word in words.items() if word), self.label)

    def labelled(self, label: MailLabel | None) -> "Chosen":
        """The same with this label, or none; it is no view any more."""
        return Chosen(self.words, label)


NOTHING = Chosen()


def is_narrowed(said: QueryDict) -> bool:
    """Whether the address asks for some of a list; how much is unread is told of a whole one."""
    return any(name in said for name in ("unread", "whose", "label", *WORDS))


def word(said: QueryDict, name: str) -> str:
    """One filter's word as the address says it, or "" where it is none of those there are."""
    value = said.get(name, "")
    return value if value in WORDS[name] else ""


def read(said: QueryDict) -> Chosen:
    """The filters of an address; raises Http404 for a label that is not there."""
    words = tuple((name, value) for name in WORDS if (value := word(said, name)))
    label = None
    if said.get("label"):
        label = labels.label(forms.read_uid(said, "label"))
        if label is None:
            raise Http404
    return Chosen(words, label, forms.read_uid(said, "view"))


def words_of(name: str, value: str) -> str:
    """A filter as its chip says it."""
    return {
        ("linked", "yes"): _("Linked"),
        ("linked", "no"): _("Not linked"),
        ("deal", "open"): _("Open deal"),
        ("contact", "1"): _("From a contact"),
        ("files", "1"): _("With a file"),
        ("awaiting", "me"): _("Awaiting my answer"),
        ("awaiting", "them"): _("Awaiting theirs"),
        ("tracking", "1"): _("With tracking"),
        ("whose", "me"): _("Assigned to me"),
        ("whose", "somebody"): _("Assigned to somebody"),
        ("whose", "nobody"): _("Assigned to nobody"),
    }[name, value]


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter with the address that takes it off, or puts it on."""

    text: str
    url: str
    hue: str = ""
    is_on: bool = True


def chips(what: "Asked") -> list[Chip]:
    """The filters that are on, each with the list without it."""
    chosen = what.chosen
    found = [
        Chip(words_of(name, value), url(what, chosen.changed(name, "")))
        for name, value in chosen.words
    ]
    if what.whose:
        found.append(Chip(words_of("whose", what.whose), replace(what, whose="").url()))
    if chosen.label is not None:
        gone = url(what, chosen.labelled(None))
        found.insert(0, Chip(chosen.label.name, gone, chosen.label.hue))
    return found


def whose_choices(what: "Asked") -> list[Chip]:
    """Whose it is, for who works in a team's mailbox; choosing the one that is on takes it off."""
    return [
        Chip(
            words_of("whose", each),
            replace(what, whose="" if what.whose == each else each).url(),
            is_on=what.whose == each,
        )
        for each in ("me", "somebody", "nobody")
    ]


def choices(what: "Asked") -> list[Chip]:
    """Every filter there is but labels; choosing one that is on takes it off."""
    on = dict(what.chosen.words)
    found = []
    for name, may in WORDS.items():
        for value in may:
            is_on = on.get(name) == value
            other = url(what, what.chosen.changed(name, "" if is_on else value))
            found.append(Chip(words_of(name, value), other, is_on=is_on))
    return found


def label_choices(what: "Asked") -> list[Chip]:
    """Every label; choosing the one that is on takes it off."""
    on = what.chosen.label
    return [
        Chip(
            each.name,
            url(what, what.chosen.labelled(None if each == on else each)),
            each.hue,
            each == on,
        )
        for each in labels.labels()
    ]


def url(what: "Asked", chosen: Chosen) -> str:
    """The address of the same list with other filters."""
    return replace(what, chosen=chosen).url()
