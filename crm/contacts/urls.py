"""People and organizations, under /<workspace>/people/ and /<workspace>/organizations/."""

from django.urls import include, path

from crm.contacts.views import organizations, people
from crm.fields.urls import addresses

app_name = "contacts"

of_people = [
    *addresses(people.PEOPLE),
    path("new/", people.new, name="person_new"),
    path("names/", people.names, name="person_names"),
    path("<uuid:uid>/", people.person, name="person"),
]
of_organizations = [
    *addresses(organizations.ORGANIZATIONS),
    path("new/", organizations.new, name="organization_new"),
    path("names/", organizations.names, name="organization_names"),
    path("<uuid:uid>/", organizations.organization, name="organization"),
]

urlpatterns = [
    path("people/", include(of_people)),
    path("organizations/", include(of_organizations)),
]
