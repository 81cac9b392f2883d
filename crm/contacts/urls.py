"""People, under /<workspace>/people/."""

from django.urls import path

from crm.contacts import views

app_name = "contacts"

urlpatterns = [
    path("", views.people, name="people"),
    path("new/", views.new, name="new"),
    path("<uuid:uid>/", views.person, name="person"),
    path("<uuid:uid>/change/", views.change, name="change"),
    path("<uuid:uid>/delete/", views.delete, name="delete"),
]
