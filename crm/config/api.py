"""The REST API: every resource under /api/v1/."""

from django.urls import path, re_path
from drf_spectacular.views import SpectacularAPIView
from rest_framework.routers import SimpleRouter

from crm.contacts import api as contacts
from crm.contacts.api import imports
from crm.deals import api as deals
from crm.fields import api as records
from crm.leads import api as leads
from crm.projects import api as projects
from crm.timeline import api as timeline
from crm.ui import api as ui
from crm.ui.rest.absent import nothing_here
from crm.ui.rest.docs import docs
from inbox.api import (
    attachments,
    blocks,
    comments,
    drafts,
    earlier,
    folders,
    labels,
    messages,
    recipients,
    search,
    signatures,
    suppressions,
    sweeps,
    templates,
    threads,
    uploads,
    views,
)
from sync.api import door, ledger, mailboxes, mode, outbox, repairs, workers

router = SimpleRouter()
router.register("members", ui.Members, "api-member")
router.register("teams", ui.Teams, "api-team")
router.register("audit", ui.AuditLog, "api-audit")
router.register("tokens", ui.Tokens, "api-token")
router.register("folders", folders.Folders, "api-folder")
router.register("ledger", ledger.Ledger, "api-ledger")
router.register("threads", threads.Threads, "api-thread")
router.register("comments", comments.Comments, "api-comment")
router.register("messages", messages.Messages, "api-message")
router.register("attachments", attachments.Attachments, "api-attachment")
router.register("blocks", blocks.Blocks, "api-block")
router.register("uploads", uploads.Uploads, "api-upload")
router.register("outbox", outbox.Outbox, "api-outbox")
router.register("drafts", drafts.Drafts, "api-draft")
router.register("mail_labels", labels.Labels, "api-mail-label")
router.register("mail_templates", templates.Templates, "api-mail-template")
router.register("mail_views", views.MailViews, "api-mail-view")
router.register("suppressions", suppressions.Suppressions, "api-suppression")
router.register("sweeps", sweeps.Sweeps, "api-sweep")
router.register("workspace/exports", ui.Exports, "api-export")
router.register("people", contacts.People, "api-person")
router.register("organizations", contacts.Organizations, "api-organization")
router.register("pipelines", deals.Pipelines, "api-pipeline")
router.register("stages", deals.Stages, "api-stage")
router.register("lost_reasons", deals.LostReasons, "api-lost-reason")
router.register("currencies", deals.Currencies, "api-currency")
router.register("deals", deals.Deals, "api-deal")
router.register("leads", leads.Leads, "api-lead")
router.register("boards", projects.Boards, "api-board")
router.register("phases", projects.Phases, "api-phase")
router.register("projects", projects.Projects, "api-project")
router.register("project_tasks", projects.Tasks, "api-project-task")
router.register("project_templates", projects.Templates, "api-project-template")
router.register("activities", timeline.Activities, "api-activity")
router.register("activity_types", timeline.ActivityTypes, "api-activity-type")
router.register("notes", timeline.Notes, "api-note")
router.register("files", timeline.Files, "api-file")
router.register("notices", timeline.Notices, "api-notice")
router.register("labels", records.Labels, "api-label")
router.register("fields", records.Fields, "api-field")
router.register("views", records.Views, "api-view")
router.register("duplicates", records.Duplicates, "api-duplicate")
router.register("transfers", records.Transfers, "api-transfer")

me = ui.Me.as_view({"get": "retrieve"})
telling = ui.Telling.as_view({"get": "retrieve", "patch": "partial_update"})
policy = ui.Policy.as_view({"get": "retrieve", "patch": "partial_update"})
signature = signatures.Signature.as_view({"get": "retrieve", "patch": "partial_update"})
workspace = ui.WorkspaceResource.as_view({"get": "retrieve", "patch": "partial_update"})

urlpatterns = [
    path("me", me),
    path("me/", me),
    path("me/notifications/", telling),
    path("workspace/", workspace),
    path("workspace/policy/", policy),
    path("workspace/closing/", ui.Closing.as_view({"post": "create"})),
    path("workspace/exports/<str:id>/content/", ui.ExportFile.as_view({"get": "retrieve"})),
    path("imports/", imports.collection),
    path("imports/<str:id>/", imports.single),
    path("imports/<str:id>/trial/", imports.trial),
    path("imports/<str:id>/run/", imports.run),
    path("imports/<str:id>/stop/", imports.stop),
    path("imports/<str:id>/undo/", imports.undo),
    path("imports/<str:id>/rows/", imports.rows),
    path("mailboxes/", mailboxes.collection),
    path("mailboxes/<str:id>/", mailboxes.single),
    path("mailboxes/<str:id>/sync/", mailboxes.sync),
    path("mailboxes/<str:id>/test/", mailboxes.test),
    path("mailboxes/<str:id>/diagnostics/", mailboxes.diagnosis),
    path("mailboxes/<str:id>/door/", door.door),
    path("mailboxes/<str:id>/mode/", mode.mode),
    path("mailboxes/<str:id>/workers/", workers.single),
    path("mailboxes/<str:id>/effect/", mailboxes.effect),
    path("recipients/", recipients.Recipients.as_view({"get": "retrieve"})),
    path("uploads/from_file/", uploads.FromFile.as_view({"post": "create"})),
    path("threads/earlier/", earlier.collection),
    path("threads/earlier/return/", earlier.back),
    path("blocks/preview/", blocks.BlockPreview.as_view({"get": "retrieve"})),
    path("mailboxes/<str:id>/repair/", repairs.repairing),
    path("transfers/held/", records.Held.as_view({"get": "retrieve"})),
    path("mailboxes/<str:id>/signature/", signature),
    path("search/", search.Search.as_view({"get": "retrieve"})),
    *router.urls,
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("docs/", docs, name="api-docs"),
    re_path(r"^.*$", nothing_here),
]
