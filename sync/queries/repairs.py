"""What a comparison with the server found and mended, in plain words."""

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from inbox.models import Folder, Mailbox
from sync.models import ORDER, Repair

DIFFERENCES = ("missing", "flags", "back", "gone", "unread")


@dataclass(slots=True)
class FolderReport:
    """One folder: what the server listed, and how the ledger differed from it."""

    uid: str
    name: str
    listed: int = 0
    missing: int = 0
    flags: int = 0
    back: int = 0
    gone: int = 0
    unread: int = 0
    note: str = ""
    is_over: bool = True

    @property
    def differences(self) -> int:
        return sum(int(getattr(self, name)) for name in DIFFERENCES)


@dataclass(slots=True)
class Report:
    """A comparison, its folders in the order of their use, and sentences on all of them."""

    row: Repair
    folders: list[FolderReport] = field(default_factory=list)
    of: int = 0

    @property
    def listed(self) -> int:
        return sum(folder.listed for folder in self.folders)

    @property
    def differences(self) -> int:
        return sum(folder.differences for folder in self.folders)

    @property
    def can_mend(self) -> bool:
        """Whether there is something to mend that a preview has found."""
        is_preview = self.row.kind == Repair.Kind.COMPARE and self.row.state == Repair.State.DONE
        return is_preview and self.differences > 0

    @property
    def sentences(self) -> list[str]:
        """One sentence for each kind of difference there is."""
        mended = self.row.kind == Repair.Kind.MEND
        sums = {name: sum(getattr(f, name) for f in self.folders) for name in DIFFERENCES}
        return [_sentence(name, count, mended=mended) for name, count in sums.items() if count]


def last(mailbox: Mailbox) -> Repair | None:
    """The comparison under way, or the last one."""
    found: Repair | None = (
        Repair.objects.filter(mailbox=mailbox)
        .select_related("by", "folder")
        .order_by("-asked_at", "-pk")
        .first()
    )
    return found


def report(row: Repair) -> Report:
    """What a comparison knows so far; one query."""
    rows = Folder.objects.filter(mailbox=row.mailbox_id, is_selectable=True)
    folders = sorted(rows, key=lambda f: (ORDER.index(Folder.Role(f.role)), f.name))
    found = Report(row, of=sum(folder.is_synced for folder in folders))
    for folder in folders:
        told: dict[str, Any] | None = row.findings.get(str(folder.uid))
        if told is not None and told.get("note") != "off":
            counts = {name: int(told.get(name, 0)) for name in ("listed", *DIFFERENCES)}
            found.folders.append(
                FolderReport(
                    uid=str(folder.uid),
                    name=folder.shown_name,
                    note=note(told.get("note", "")),
                    is_over=row.folder_id != folder.pk,
                    **counts,
                )
            )
    return found


def note(code: str) -> str:
    """Why a folder was not compared; empty where it was."""
    texts = {
        "missing": _("The folder is gone there. What came from it is kept."),
        "waiting": _("Not read yet. The import brings it in."),
        "renumbered": _("The server numbered it anew. It is being listed again anyway."),
        "unreachable": _("The server would not open it. It is tried again with the next run."),
        "off": _("You left it out."),
    }
    return texts.get(code, "")


def _sentence(name: str, count: int, *, mended: bool) -> str:
    texts = _mended(count) if mended else _found(count)
    return texts[name] % {"count": count}


def _found(count: int) -> dict[str, str]:
    """What differs."""
    return {
        "missing": ngettext(
            "%(count)s message is on the server and not here.",
            "%(count)s messages are on the server and not here.",
            count,
        ),
        "flags": ngettext(
            "%(count)s message was marked otherwise there.",
            "%(count)s messages were marked otherwise there.",
            count,
        ),
        "back": ngettext(
            "%(count)s message that had gone is there again.",
            "%(count)s messages that had gone are there again.",
            count,
        ),
        "gone": ngettext(
            "%(count)s message is not there any more.",
            "%(count)s messages are not there any more.",
            count,
        ),
        "unread": ngettext(
            "%(count)s message was kept and could not be read.",
            "%(count)s messages were kept and could not be read.",
            count,
        ),
    }


def _mended(count: int) -> dict[str, str]:
    """What was done about it."""
    return {
        "missing": ngettext(
            "%(count)s message was missing and is coming in.",
            "%(count)s messages were missing and are coming in.",
            count,
        ),
        "flags": ngettext(
            "%(count)s message is marked as it is there.",
            "%(count)s messages are marked as they are there.",
            count,
        ),
        "back": ngettext(
            "%(count)s message that had gone is back.",
            "%(count)s messages that had gone are back.",
            count,
        ),
        "gone": ngettext(
            "%(count)s message is gone there. It is kept for a day, and then asked for once more.",
            "%(count)s messages are gone there. They are kept for a day, and then asked for once "
            "more.",
            count,
        ),
        "unread": ngettext(
            "%(count)s message is being read once more.",
            "%(count)s messages are being read once more.",
            count,
        ),
    }
