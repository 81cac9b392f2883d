"""What is asked when somebody brings a file."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.contacts.tables.reading import LARGEST


class FileForm(forms.Form):
    """A file, and what it is about."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        max_length=200,
        help_text=gettext_lazy("CSV, XLSX or vCard, up to 30 MB and 200,000 rows."),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx,.vcf"}),
    )
    kind = forms.ChoiceField(label=gettext_lazy("What is in it"), required=False)

    def __init__(self, *args: Any, kinds: Sequence[tuple[str, Any]], **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["kind"] = forms.ChoiceField(
            label=gettext_lazy("What is in it"),
            required=False,
            choices=[("", gettext_lazy("See for yourself")), *kinds],
        )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise ValidationError(_("This file is larger than 30 MB. Divide it."))
        return file
