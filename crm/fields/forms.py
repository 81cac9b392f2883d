"""What is asked about a field that a workspace adds."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from crm.fields.facts import OWN_TYPES
from crm.fields.models.labels import Hue
from crm.fields.queries.naming import Named


def named(values: Mapping[str, Any], name: str) -> Named:
    """What a form or an address says of a record: its name, and `<name>_is` which one it is."""
    try:
        uid = UUID(str(values.get(f"{name}_is", "")))
    except ValueError:
        uid = None
    return Named(str(values.get(name, "")), uid)


class OfferingInput(forms.TextInput):
    """A text, under which what there is of the kind is offered while one types."""

    def which(self, _name: str, _value: Any) -> tuple[str, Any]:
        """What the field beside it is called, and says of the one that was taken."""
        return "", None

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        told = {"autocomplete": "off", "aria-controls": f"found-{name}"}
        field = super().render(name, value, {**(attrs or {}), **told}, renderer)
        beside, uid = self.which(name, value)
        context = {"field": field, "name": beside, "uid": uid, "found": f"found-{name}"}
        return render_to_string("crm/fields/namer.html", context)


class NamedInput(OfferingInput):
    """The name of a record, under which those that are found are offered."""

    def value_from_datadict(self, data: Mapping[str, Any], _files: Any, name: str) -> Named:
        return named(data, name)

    def format_value(self, value: Any) -> str:
        return value.name if isinstance(value, Named) else str(value or "")

    def which(self, name: str, value: Any) -> tuple[str, Any]:
        return f"{name}_is", value.uid if isinstance(value, Named) else None


class NamedField(forms.Field):
    """A record by its name; `Named`, or None where nothing was typed."""

    widget = NamedInput(attrs={"maxlength": 200})

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.text = forms.CharField(max_length=200, required=False)

    def to_python(self, value: Any) -> Named | None:
        if not isinstance(value, Named):
            raise ValidationError(_("Say what it is called."))
        name = self.text.clean(value.name)
        return Named(name, value.uid) if name else None


class FieldForm(forms.Form):
    """A new field: its name, what it holds, and whether it must be filled."""

    name = forms.CharField(label=_("Name"), max_length=60)
    type = forms.ChoiceField(label=_("What it holds"), choices=OWN_TYPES)
    options = forms.CharField(
        label=_("Choices"),
        required=False,
        help_text=_("One on a line, for “one of several” and “any of several”."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean_options(self) -> list[str]:
        return [line.strip() for line in self.cleaned_data["options"].splitlines() if line.strip()]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("type") in ("choice", "choices") and not given.get("options"):
            self.add_error("options", _("Give at least one choice."))
        return given


class RuleForm(forms.Form):
    """The name of a field, and where it must be filled."""

    name = forms.CharField(label=_("Name"), max_length=60)
    is_required = forms.BooleanField(
        label=_("Must always be filled"),
        required=False,
        help_text=_("It is asked about every new record, and cannot be emptied again."),
    )
    required_in = forms.MultipleChoiceField(
        label=_("Must be filled in these stages"),
        required=False,
        help_text=_("A deal moves there only with it."),
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, places: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.fields["required_in"]
        assert isinstance(chosen, forms.MultipleChoiceField)
        if places:
            chosen.choices = [(str(pk), words) for pk, words in places]
        else:
            del self.fields["required_in"]

    def clean_required_in(self) -> list[int]:
        return [int(pk) for pk in self.cleaned_data["required_in"]]


class ChoiceForm(forms.Form):
    """One choice and its colour."""

    name = forms.CharField(label=_("Name"), max_length=60)
    hue = forms.ChoiceField(label=_("Colour"), choices=Hue.choices, required=False)

    def clean_hue(self) -> str:
        return self.cleaned_data["hue"] or Hue.STONE.value
