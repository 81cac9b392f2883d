from crm.ui.words.page import words

__all__ = ["words"]
