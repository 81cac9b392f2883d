"""A file that anybody may have made, read so that it hurts nobody."""

from crm.contacts.tables import bounded, kinds
from crm.contacts.tables.table import Table, Unreadable

# Bytes of a file; a workbook may hold this many times as much
LARGEST = 30 * 1024 * 1024
# Text of that size becomes nothing large; a process of its own would take longer than to read it
SMALL = 128 * 1024


def read(data: bytes) -> Table:
    """The table of a CSV, XLSX or vCard file; raises Unreadable."""
    if len(data) > LARGEST:
        raise Unreadable("too_large")
    if len(data) <= SMALL and not data.startswith(kinds.ZIP):
        return kinds.read(data)
    return bounded.read(data)
