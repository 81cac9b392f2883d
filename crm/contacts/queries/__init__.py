from crm.contacts.queries.addresses import addresses_of, main_address
from crm.contacts.queries.imports import imports, leftovers, remarkable
from crm.contacts.queries.people import find
from crm.contacts.queries.reach import load_reach

__all__ = [
    "addresses_of",
    "find",
    "imports",
    "leftovers",
    "load_reach",
    "main_address",
    "remarkable",
]
