"""Whom to invite, and as what."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from crm.workspaces import permissions
from crm.workspaces.forms.offering import offer
from crm.workspaces.models import Membership, Role


class RoleForm(forms.Form):
    """Another role for a member."""

    role = forms.ChoiceField(label=_("Role"))

    def __init__(self, *args: Any, by: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles = permissions.grantable(by)
        offer(self, "role", [(role.value, str(role.label)) for role in roles])


class InvitationForm(RoleForm):
    """A place for one address."""

    email = forms.EmailField(label=_("E-mail address"), max_length=254)
    field_order = ["email", "role"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].initial = Role.MEMBER
