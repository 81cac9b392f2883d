"""Addresses in mail that was sent: short, and outside of every workspace."""

from django.urls import path

from tracking import views

app_name = "tracking"

urlpatterns = [
    path("<str:token>.gif", views.pixel, name="pixel"),
    path("<str:token>", views.link, name="link"),
]
