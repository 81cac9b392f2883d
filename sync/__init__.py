"""Moves mail between mailboxes and the inbox: reading, sending, mirroring."""
