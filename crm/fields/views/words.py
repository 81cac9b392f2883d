"""How a filter asks, in words."""

from django.utils.translation import gettext_lazy as _

HOW = {
    "contains": _("contains"),
    "is": _("is"),
    "is_not": _("is not"),
    "begins": _("begins with"),
    "empty": _("is empty"),
    "not_empty": _("is filled"),
    "less": _("is less than"),
    "at_most": _("is at most"),
    "more": _("is more than"),
    "at_least": _("is at least"),
    "between": _("is between"),
    "within": _("is within"),
    "any_of": _("is any of"),
    "all_of": _("has all of"),
    "none_of": _("is none of"),
}
PERIODS = [
    ("today", _("today")),
    ("yesterday", _("yesterday")),
    ("tomorrow", _("tomorrow")),
    ("this_week", _("this week")),
    ("last_week", _("last week")),
    ("next_week", _("next week")),
    ("this_month", _("this month")),
    ("last_month", _("last month")),
    ("next_month", _("next month")),
    ("this_year", _("this year")),
    ("last_7_days", _("the last 7 days")),
    ("last_30_days", _("the last 30 days")),
    ("last_90_days", _("the last 90 days")),
    ("next_7_days", _("the next 7 days")),
    ("next_30_days", _("the next 30 days")),
    ("next_90_days", _("the next 90 days")),
    ("past", _("the past")),
    ("future", _("the future")),
]
