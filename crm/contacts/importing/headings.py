"""What headings call things, in plain small letters without accents: many programs, one list.

Names of columns as Pipedrive, HubSpot, Google Contacts, Outlook, Thunderbird and others write
them, and as people do, in English and Portuguese.
"""

import re

from crm.fields import spelling

APART = re.compile(r"[^a-z0-9]+")
# "E-mail 1 - Value", "Phone 2 - Type": a numbered part and what of it the column has
NUMBERED = re.compile(r"(.{1,60}?) (\d{1,2})(?: (value|label|type|name|title|formatted))?$")

COMMON: dict[str, tuple[str, ...]] = {
    "name": ("name", "full name", "nome", "nome completo"),
    "owner": (
        "owner", "proprietario", "responsavel", "dono", "assigned to", "contact owner",
        "company owner", "deal owner", "lead owner", "record owner", "account owner",
    ),
    "labels": (
        "label", "labels", "tags", "tag", "categories", "category", "group membership", "groups",
        "etiquetas", "etiqueta", "marcadores", "categorias",
    ),
    "note": (
        "note", "notes", "comment", "comments", "remarks", "nota", "notas", "observacao",
        "observacoes", "comentario", "comentarios", "anotacoes", "bemerkungen", "notizen",
    ),
    "visibility": ("visible to", "visibility", "visivel para"),
}  # fmt: skip


def plain(heading: str) -> str:
    """A heading as the lists have it."""
    return APART.sub(" ", spelling.sort_key(heading)).strip()


def without_kind(heading: str, words: tuple[str, ...]) -> str:
    """A heading without the kind some programs put in front: "Person - Name"."""
    for word in words:
        if heading.startswith(f"{word} ") and len(heading) > len(word) + 1:
            return heading[len(word) + 1 :]
    return heading
