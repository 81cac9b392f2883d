from crm.contacts.queries.people import find, main_address

__all__ = ["find", "main_address"]
