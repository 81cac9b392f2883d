"""Reads too big for a queryset method: who may read what, lists, one conversation, search."""
