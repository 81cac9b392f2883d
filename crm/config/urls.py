"""Every address of Fio; the first segment of a page is the workspace."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("accounts/", include("allauth.urls")),
    path("api/v1/", include("crm.config.api")),
    path("", include("crm.workspaces.urls")),
]
