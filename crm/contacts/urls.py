"""People and organizations, under /<workspace>/people/ and /<workspace>/organizations/."""

from django.urls import include, path

from crm.contacts.views.organizations import ORGANIZATIONS
from crm.contacts.views.people import PEOPLE
from crm.fields.urls import addresses

app_name = "contacts"

urlpatterns = [
    path("people/", include(addresses(PEOPLE))),
    path("organizations/", include(addresses(ORGANIZATIONS))),
]
