"""What the mail engine does, one module a noun."""
