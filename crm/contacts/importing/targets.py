"""What a column of a file can become."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from crm.fields.facts import Fact, Words

# Targets that take as many columns as there are; of the others the first that says something
SEVERAL = frozenset({"emails", "phones", "labels", "words", "note"})


@dataclass(frozen=True)
class Target:
    """What a column means: a fact of the kind, or a part of one."""

    name: str
    label: Words
    type: str = "text"
    fact: Fact | None = None

    @property
    def takes_several(self) -> bool:
        return self.type in SEVERAL


# What a column says in words becomes a note about the record
NOTE = Target("note", _("Note"), "note")
