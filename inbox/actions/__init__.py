"""Every write of the inbox, one module a noun."""
