"""Addresses that belong to no app."""

from django.urls import path

from crm.ui import views

app_name = "ui"

urlpatterns = [
    path("<slug:workspace>/events/", views.events, name="events"),
]
