"""The currencies a workspace sells in."""

from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crm.workspaces import tenancy


class Currency(tenancy.PublicModel):
    """A currency, and what one unit of it is worth in the base currency."""

    code = models.CharField(_("code"), max_length=3)
    rate = models.DecimalField(_("rate"), max_digits=18, decimal_places=8, default=Decimal(1))
    is_base = models.BooleanField(default=False, editable=False)
    position = models.PositiveIntegerField(default=0)

    class Meta(tenancy.PublicModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace", "code"], name="currency_once"),
            models.UniqueConstraint(
                fields=["workspace"], condition=Q(is_base=True), name="one_base_currency"
            ),
        ]

    def __str__(self) -> str:
        return self.code
