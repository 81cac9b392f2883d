"""Files that members put on records, on the content origin: /content/files/<signed>/<name>."""

from django.urls import path

from crm.timeline.views import files

app_name = "files"

urlpatterns = [
    path("<str:token>/", files.opened, name="open"),
    path("<str:token>/<path:name>", files.opened, name="open_named"),
]
