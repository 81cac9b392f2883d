"""What is said of a row, as a code where it is kept and as a sentence where it is read."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

SAYINGS: dict[str, Any] = {
    "no_name": _("There is neither a name nor anything to make one of."),
    "bad_email": _("“%(value)s” is not a full e-mail address."),
    "bad_date": _("“%(value)s” is not a date."),
    "bad_number": _("“%(value)s” is not a number."),
    "bad_choice": _("“%(value)s” is not one of the choices."),
    "bad_value": _("“%(value)s” does not fit this field."),
    "too_long": _("“%(value)s…” is too long and was cut."),
    "no_member": _("Nobody here is called “%(value)s”; the record is yours."),
    "no_record": _("“%(value)s” is not here."),
    "shared": _("Several here are called “%(value)s”. Merge or rename them, then bring it again."),
    "double": _("The same as row %(value)s."),
    "exists": _("It is here already."),
    "hidden": _("It is here already, but not open to you."),
    "taken": _("“%(value)s” belongs to somebody else here."),
    "lacking": _("The stage asks for: %(value)s."),
    "unfilled": _("This must be filled: %(value)s."),
    "no_stage": _("There is no stage “%(value)s”; it begins in the first one."),
    "outdated": _("Somebody changed it meanwhile."),
    "broken": _("This row could not be read. The others were not hurt."),
}


def sentences(said: Sequence[Sequence[Any]]) -> list[str]:
    """What is said of a row, in the reader's language."""
    found = []
    for code, value in said:
        template = SAYINGS.get(code)
        found.append(str(template) % {"value": value} if template is not None else str(code))
    return found
