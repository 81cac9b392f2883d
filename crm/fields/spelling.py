"""How names are compared: without case, accents and punctuation."""

from crm.ui.spelling import search_text, sort_key, words

__all__ = ["search_text", "sort_key", "words"]
