"""What outsiders wrote, on an origin of its own: /content/<signed>/<name>."""

from django.urls import path

from inbox.views import content

app_name = "content"

urlpatterns = [
    path("<str:token>/", content.opened, name="open"),
    path("<str:token>/<path:name>", content.opened, name="open_named"),
]
