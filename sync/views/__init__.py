"""Connecting mailboxes, their health, and their ledger."""
