"""The REST API: every resource under /api/v1/."""

from django.urls import path, re_path
from drf_spectacular.views import SpectacularAPIView
from rest_framework.routers import SimpleRouter

from crm.ui import api as ui
from crm.ui.rest.absent import nothing_here
from crm.ui.rest.docs import docs

router = SimpleRouter()
router.register("members", ui.Members, "api-member")
router.register("tokens", ui.Tokens, "api-token")

me = ui.Me.as_view({"get": "retrieve"})
workspace = ui.WorkspaceResource.as_view({"get": "retrieve", "patch": "partial_update"})

urlpatterns = [
    path("me", me),
    path("me/", me),
    path("workspace/", workspace),
    *router.urls,
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("docs/", docs, name="api-docs"),
    re_path(r"^.*$", nothing_here),
]
