from crm.contacts.queries.imports import imports, leftovers, remarkable
from crm.contacts.queries.people import addresses_of, find, load_reach, main_address

__all__ = [
    "addresses_of",
    "find",
    "imports",
    "leftovers",
    "load_reach",
    "main_address",
    "remarkable",
]
