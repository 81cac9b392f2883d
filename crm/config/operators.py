"""Django's admin with our site in it."""

from django.contrib.admin.apps import AdminConfig


class OperatorsConfig(AdminConfig):
    default_site = "crm.workspaces.operators.OperatorSite"
