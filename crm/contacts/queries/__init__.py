from crm.contacts.queries.imports import imports, leftovers, remarkable
from crm.contacts.queries.people import find, main_address

__all__ = ["find", "imports", "leftovers", "main_address", "remarkable"]
