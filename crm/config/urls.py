"""Every address of Fio; the first segment of a page is the workspace."""

from django.contrib import admin
from django.urls import include, path

from crm.ui import urls as ui_urls

urlpatterns = [
    path("admin/", admin.site.urls),
    path("accounts/", include("allauth.urls")),
    path("api/v1/", include("crm.config.api")),
    path("", include(ui_urls)),
    path("", include("crm.workspaces.urls")),
    path("content/", include("inbox.content_urls")),
    path("<slug:workspace>/", include("inbox.urls")),
    path("<slug:workspace>/", include("sync.urls")),
    path("<slug:workspace>/", include("crm.contacts.urls")),
]
