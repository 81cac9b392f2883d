"""What users say of themselves."""

import zoneinfo
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from crm.workspaces.forms.offering import offer
from crm.workspaces.models import User


class ProfileForm(forms.ModelForm):  # type: ignore[type-arg]
    """A user's own name and preferences."""

    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    time_zone = forms.ChoiceField(label=_("Time zone"))

    class Meta:
        model = User
        fields = ["name", "language", "time_zone", "theme", "single_keys"]
        help_texts = {
            "single_keys": _("One key acts at once, as E for done. They are off while you type.")
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].required = True
        zones = sorted(zone for zone in zoneinfo.available_timezones() if "/" in zone)
        offer(self, "time_zone", [(zone, zone) for zone in ["UTC", *zones]])
