"""What the history of a record says of each event: a picture, a colour and a sentence."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Telling:
    """`text` names `%(who)s` and may name `%(what)s`; without a hue the mark is a small knot."""

    text: Any
    icon: str = ""
    hue: str = ""


# What was made of something else, by the word of that
STARTED: dict[str, Telling] = {
    "deal": Telling(_("%(who)s started %(what)s from the deal %(source)s"), "play", "sea"),
}
# Whole verbs first, then what any record can meet
VERBS: dict[str, Telling] = {
    "activity.created": Telling(_("%(who)s planned %(what)s"), "activity", "sea"),
    "activity.done": Telling(_("%(who)s did %(what)s"), "check", "leaf"),
    "activity.reopened": Telling(_("%(who)s put %(what)s back on the list")),
    "activity.changed": Telling(_("%(who)s changed %(what)s")),
    "activity.removed": Telling(_("%(who)s removed %(what)s")),
    "activity.brought_back": Telling(_("%(who)s brought %(what)s back")),
    "note.created": Telling(_("%(who)s wrote a note"), "note", "gold"),
    "note.changed": Telling(_("%(who)s changed a note")),
    "note.removed": Telling(_("%(who)s removed a note")),
    "note.brought_back": Telling(_("%(who)s brought a note back")),
    "file.added": Telling(_("%(who)s added the file %(what)s"), "clip", "iris"),
    "file.removed": Telling(_("%(who)s took the file %(what)s off")),
    "file.brought_back": Telling(_("%(who)s brought the file %(what)s back")),
    "deal.won": Telling(_("%(who)s won %(what)s"), "won", "leaf"),
    "deal.lost": Telling(_("%(who)s lost %(what)s"), "lost", "clay"),
    "deal.moved": Telling(_("%(who)s moved %(what)s")),
}
ENDINGS: dict[str, Telling] = {
    "created": Telling(_("%(who)s added %(what)s"), "plus", "sky"),
    "changed": Telling(_("%(who)s changed %(what)s")),
    "moved": Telling(_("%(who)s moved %(what)s")),
    "reopened": Telling(_("%(who)s opened %(what)s again")),
    "trashed": Telling(_("%(who)s moved %(what)s to the trash")),
    "restored": Telling(_("%(who)s took %(what)s out of the trash")),
    "merged": Telling(_("%(who)s merged %(what)s"), "people", "rose"),
    "parted": Telling(_("%(who)s took %(what)s apart again")),
    "converted": Telling(_("%(who)s converted %(what)s"), "lead", "sea"),
    "archived": Telling(_("%(who)s archived %(what)s")),
    "unarchived": Telling(_("%(who)s took %(what)s out of the archive")),
    "duplicated": Telling(_("%(who)s duplicated %(what)s")),
    "imported": Telling(_("%(who)s imported %(what)s"), "download", "sky"),
    "started": Telling(_("%(who)s started %(what)s"), "play", "sea"),
    "rotting": Telling(_("%(what)s has not been touched for a while")),
    "completed": Telling(_("%(who)s completed %(what)s"), "check", "leaf"),
}
OTHER = Telling(_("%(who)s worked on %(what)s"))


# Why a person is there whom nobody made
MADE_OF: dict[str, Any] = {
    "sent": _("Because %(mailbox)s wrote to %(address)s."),
    "received": _("Because %(address)s wrote to %(mailbox)s."),
}


def made_of(what: str) -> str:
    """Which mail made a person, with the places `mailbox` and `address`."""
    return str(MADE_OF.get(what, ""))


def telling(verb: str, source: str = "") -> Telling:
    """How an event of this verb is told, of what is made of a `source` (a kind) in other words."""
    if verb.endswith(".created") and source in STARTED:
        return STARTED[source]
    return VERBS.get(verb) or ENDINGS.get(verb.rpartition(".")[2], OTHER)
