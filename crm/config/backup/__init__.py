"""Backup and restore: one consistent dump, and a manifest that says what must come back."""
