"""Which kind of file it is, told by what is in it, not by its name."""

from crm.contacts.tables import cards, charset, text, workbook
from crm.contacts.tables.table import Table, Unreadable

ZIP = b"PK\x03\x04"
# An older or an encrypted workbook: both are saved as .xlsx by who made them
OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# Files that may hold nothing but letters, so that only their beginning tells them from a table
OTHERS = (b"%PDF-", b"{\\rtf", b"<!DOCTYPE", b"<html", b"<?xml")


def read(data: bytes) -> Table:
    """The table of a CSV, XLSX or vCard file, without bounds; raises Unreadable."""
    if data.startswith(ZIP):
        return workbook.read(data)
    if data.startswith(OLD):
        raise Unreadable("locked")
    if data.lstrip()[:9].startswith(OTHERS):
        raise Unreadable("not_a_table")
    written = charset.decode(data)
    if written.lstrip("\ufeff \r\n\t")[:11].upper() == "BEGIN:VCARD":
        return cards.table(written)
    return text.read(written)
