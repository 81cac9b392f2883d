"""A field for several domains."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

MOST = 100
# Labels of letters, digits and hyphens, at least two of them (RFC 1123, 2.1)
SHAPE = re.compile(r"(?=.{3,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}")
is_domain = RegexValidator(re.compile(rf"^{SHAPE.pattern}$"), _("This is not a domain."))


class DomainsField(forms.CharField):
    """Domains with commas, spaces or lines between them; a list, or None where there are none."""

    def to_python(self, value: Any) -> Any:
        typed = re.split(r"[\s,;]+", (super().to_python(value) or "").lower())
        named = list(dict.fromkeys(each.removeprefix("@") for each in typed if each))
        wrong = next((each for each in named if not SHAPE.fullmatch(each)), None)
        if wrong is not None:
            text = _("“%(domain)s” is not a domain. Write it as example.com.")
            raise ValidationError(text, params={"domain": wrong}, code="domain")
        if len(named) > MOST:
            raise ValidationError(_("These are too many."), code="many")
        return sorted(named) or None
