"""Phone numbers as people write them in each country, and as machines compare them."""

import phonenumbers
from babel.core import get_global
from phonenumbers import PhoneNumberFormat


def region_of(time_zone: str) -> str:
    """The country of a time zone, for numbers written without their country; "" if unknown."""
    return str(get_global("zone_territories").get(time_zone, ""))


def normal(typed: str, region: str = "") -> str:
    """A number in the form of E.164 (RFC 3966 with its extension), or as it was typed.

    Without a country code it is read as one of `region` (two letters).
    """
    text = " ".join(typed.split())[:60]
    try:
        number = phonenumbers.parse(text, region or None)
    except phonenumbers.NumberParseException:
        return text
    if not phonenumbers.is_possible_number(number):
        return text
    plain = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    return f"{plain};ext={number.extension}" if number.extension else plain


def shown(number: str) -> str:
    """A kept number as it is written internationally: +55 11 3210-4321."""
    if not number.startswith("+"):
        return number
    try:
        parsed = phonenumbers.parse(number.replace(";ext=", " ext. "))
    except phonenumbers.NumberParseException:
        return number
    return phonenumbers.format_number(parsed, PhoneNumberFormat.INTERNATIONAL)
