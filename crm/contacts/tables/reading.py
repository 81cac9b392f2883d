"""A file of any kind we know, told apart by what is in it, not by its name."""

from crm.contacts.tables import bounded, cards, text
from crm.contacts.tables.table import Table, Unreadable

# Bytes of a file; a workbook may hold this many times as much
LARGEST = 30 * 1024 * 1024


def read(data: bytes) -> Table:
    """The table of a CSV, XLSX or vCard file; raises Unreadable."""
    if len(data) > LARGEST:
        raise Unreadable("too_large")
    if data[:4] == b"PK\x03\x04":
        return bounded.read(data)
    if data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        # An older or an encrypted workbook: both are saved as .xlsx by who made them
        raise Unreadable("locked")
    written = text.decode(data)
    if written.lstrip("\ufeff \r\n\t")[:11].upper() == "BEGIN:VCARD":
        return cards.table(written)
    return text.read(written)
