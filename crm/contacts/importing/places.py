"""Postal addresses, which some programs write whole and others in five columns."""

from django.utils.translation import gettext_lazy as _

from crm.contacts.importing.drafts import Draft
from crm.contacts.importing.targets import Target

PLACE = ("street", "city", "state", "zip", "country")
WORDS: dict[str, tuple[str, ...]] = {
    "address": (
        "address", "full address", "formatted address", "postal address", "mailing address",
        "endereco", "endereco postal", "morada",
    ),
    "street": ("street", "street address", "address line 1", "business street", "rua"),
    "city": ("city", "town", "business city", "cidade"),
    "state": ("state", "region", "state region", "business state", "estado"),
    "zip": ("zip", "postal code", "zip code", "business postal code", "cep", "codigo postal"),
    "country": ("country", "country region", "business country", "business country region", "pais"),
}  # fmt: skip
TARGETS = (
    Target("street", _("Street")),
    Target("city", _("City")),
    Target("state", _("State or region")),
    Target("zip", _("Postal code")),
    Target("country", _("Country")),
)


def join(draft: Draft) -> None:
    """One address of its parts, where no column had it whole."""
    place = ", ".join(filter(None, (draft.parts.get(part, "") for part in PLACE)))
    if place and not draft.values.get("address"):
        draft.values["address"] = place[:1000]
