"""The demo's small world: a mail server, its accounts, their letters and the customers.

Imports no Django: the mail server is a process of its own, as any customer's would be.
"""
