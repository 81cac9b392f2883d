"""A day that a clock can be set to."""

from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

# Beyond these a time zone's offset leads out of the calendar
FIRST, LAST = date(2000, 1, 1), date(2200, 1, 1)


class DayField(forms.DateField):
    """A day of these centuries, as browsers send it; it may be left out."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.DateInput({"type": "date"}, "%Y-%m-%d"))
        kwargs.setdefault("validators", [MinValueValidator(FIRST), MaxValueValidator(LAST)])
        super().__init__(required=False, **kwargs)
