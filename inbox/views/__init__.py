"""The pages of the inbox, one module a noun."""
