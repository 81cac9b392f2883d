"""People and organizations, under /<workspace>/people/ and /<workspace>/organizations/."""

from django.urls import include, path
from django.views.decorators.http import require_safe

from crm.contacts.views import cards, imports
from crm.contacts.views.organizations import ORGANIZATIONS
from crm.contacts.views.people import PEOPLE
from crm.fields.urls import addresses

app_name = "contacts"
ONE = "imports/<uuid:uid>/"

urlpatterns = [
    path("people/cards/", require_safe(cards.cards), name="people_cards"),
    path("people/", include(addresses(PEOPLE))),
    path("organizations/", include(addresses(ORGANIZATIONS))),
    path("imports/", imports.imports, name="imports"),
    path("imports/new/", imports.new, name="import_new"),
    path(ONE, imports.one, name="import"),
    path(f"{ONE}trial/", imports.trial, name="import_trial"),
    path(f"{ONE}run/", imports.run, name="import_run"),
    path(f"{ONE}stop/", imports.stop, name="import_stop"),
    path(f"{ONE}undo/", imports.undo, name="import_undo"),
    path(f"{ONE}leftovers.csv", imports.leftovers, name="import_leftovers"),
]
