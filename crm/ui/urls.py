"""Addresses that belong to no app."""

from django.urls import path

from crm.ui import views

app_name = "ui"

urlpatterns = [
    path("favicon.ico", views.mark, name="mark"),
    path("<slug:workspace>/events/", views.events, name="events"),
]
