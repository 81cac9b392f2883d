"""How signing in fits into Fio."""

from allauth.account.adapter import DefaultAccountAdapter


class AccountAdapter(DefaultAccountAdapter):
    """allauth's own rules, with our addresses."""
