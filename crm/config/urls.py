"""Every address of Fio; the first segment of a page is the workspace."""

from allauth.mfa.base import views as second_step
from django.contrib import admin
from django.db import transaction
from django.urls import include, path
from django.views.i18n import set_language

from sync.views.operators import mailboxes

handler500 = "crm.ui.rest.failures.broken"

# allauth locks a recovery code while it is used, on the alias its tables are on
together = transaction.atomic("system")

urlpatterns = [
    path("admin/mailboxes/", admin.site.admin_view(mailboxes), name="operators-mailboxes"),
    path("admin/", admin.site.urls),
    path("accounts/language/", set_language, name="set_language"),
    path("accounts/2fa/authenticate/", together(second_step.authenticate)),
    path("accounts/2fa/reauthenticate/", together(second_step.reauthenticate)),
    path("accounts/", include("allauth.urls")),
    path("api/v1/", include("crm.config.api")),
    path("content/files/", include("crm.timeline.content_urls")),
    path("content/", include("inbox.content_urls")),
    path("t/", include("tracking.urls")),
    path("<slug:workspace>/inbox/", include("inbox.urls")),
    path("<slug:workspace>/", include("crm.contacts.urls")),
    path("<slug:workspace>/", include("crm.timeline.urls")),
    path("<slug:workspace>/", include("crm.deals.urls")),
    path("<slug:workspace>/", include("crm.fields.urls")),
    path("<slug:workspace>/leads/", include("crm.leads.urls")),
    path("<slug:workspace>/", include("crm.projects.urls")),
    path("", include("sync.urls")),
    path("", include("crm.ui.urls")),
    path("", include("crm.workspaces.urls")),
]
