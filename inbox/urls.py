"""The inbox's pages under /<workspace>/inbox/."""

from django.urls import path, register_converter

from inbox.views import (
    aids,
    assigning,
    blocking,
    body,
    commenting,
    compose,
    content,
    earlier,
    filters,
    labelling,
    labels,
    linking,
    mailroom,
    palette,
    papers,
    parting,
    picking,
    presence,
    preview,
    records,
    reminding,
    saved,
    sending,
    signing,
    snoozing,
    suppressed,
    sweeping,
    templates,
    threads,
    triage,
    whom,
)
from inbox.views.listing import FOLDERS

app_name = "inbox"


class FolderConverter:
    """The word for a list."""

    regex = "|".join(FOLDERS)

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(FolderConverter, "folder")

urlpatterns = [
    path("", threads.home, name="home"),
    path("<folder:folder>/", threads.folder, name="list"),
    path("mailbox/<uuid:uid>/<folder:folder>/", threads.mailbox, name="mailbox"),
    path("search/", threads.search, name="search"),
    path("of/<str:kind>/<uuid:uid>/", records.of_record, name="of_record"),
    path("of/<str:kind>/<uuid:uid>/earlier/", earlier.attachment, name="attachments"),
    path("side/", threads.side, name="side"),
    path("triage/", triage.triage, name="triage"),
    path("filters/", filters.filters, name="filters"),
    path("views/", saved.saving, name="views"),
    path("views/<uuid:uid>/", saved.view, name="view"),
    path("sweeps/", sweeping.sweeps, name="sweeps"),
    path("sweeps/records/", sweeping.records, name="sweep_records"),
    path("sweeps/<uuid:uid>/undo/", sweeping.undo, name="sweep_undo"),
    path("labelling/", labelling.labelling, name="labelling"),
    path("mail-labels/", labels.listed, name="labels"),
    path("mail-labels/<uuid:uid>/", labels.label, name="label"),
    path("assign/", assigning.assign, name="assign"),
    path("snooze/", snoozing.snooze, name="snooze"),
    path("palette/", palette.palette, name="palette"),
    path("t/<uuid:uid>/", threads.thread, name="thread"),
    path("t/<uuid:uid>/messages/", threads.messages, name="messages"),
    path("t/<uuid:uid>/earlier/", threads.earlier, name="earlier"),
    path("t/<uuid:uid>/visibility/", triage.visibility, name="visibility"),
    path("t/<uuid:uid>/person/", triage.person, name="person"),
    path("t/<uuid:uid>/facts/", linking.facts, name="facts"),
    path("t/<uuid:uid>/presence/", presence.presence, name="presence"),
    path("t/<uuid:uid>/comments/", commenting.comments, name="comments"),
    path("t/<uuid:uid>/guest/", commenting.guest, name="guest"),
    path("comment/<uuid:uid>/", commenting.comment, name="comment"),
    path("comment/<uuid:uid>/removal/", commenting.removal, name="comment_removal"),
    path("t/<uuid:uid>/links/", linking.links, name="links"),
    path("t/<uuid:uid>/reminder/", reminding.reminder, name="reminder"),
    path("t/<uuid:uid>/dock/", compose.dock, name="dock"),
    path("t/<uuid:uid>/drafts/", compose.begun, name="begun"),
    path("m/<uuid:uid>/", threads.message, name="message"),
    path("m/<uuid:uid>/body/", body.body, name="body"),
    path("m/<uuid:uid>/linking/", linking.of_message, name="linking"),
    path("m/<uuid:uid>/split/", parting.split, name="split"),
    path("t/<uuid:uid>/merge/", parting.merge, name="merge"),
    path("t/<uuid:uid>/unmerge/", parting.unmerge, name="unmerge"),
    path("t/<uuid:uid>/block/", blocking.of_thread, name="block_thread"),
    path("suppressed/", suppressed.suppressed, name="suppressed"),
    path("suppressed/<uuid:uid>/removal/", suppressed.removal, name="suppression_removal"),
    path("blocked/", blocking.blocked, name="blocked"),
    path("blocked/preview/", blocking.preview, name="block_preview"),
    path("blocked/<uuid:uid>/lifting/", blocking.unblock, name="unblock"),
    path("m/<uuid:uid>/tracked/", threads.tracked, name="tracked"),
    path("m/<uuid:uid>/trust/", body.trust, name="trust"),
    path("m/<uuid:uid>/raw/", content.raw, name="raw"),
    path("file/<uuid:uid>/", content.attachment, name="attachment"),
    path("compose/", compose.page, name="compose"),
    path("composer/", compose.composer, name="composer"),
    path("drafts/", mailroom.drafts, name="drafts"),
    path("drafts/<uuid:uid>/", compose.draft, name="draft"),
    path("drafts/<uuid:uid>/send/", sending.send, name="send"),
    path("later/", sending.later, name="later"),
    path("drafts/<uuid:uid>/restore/", compose.restore, name="restore"),
    path("uploads/", compose.uploads, name="uploads"),
    path("upload/<uuid:uid>/", content.upload, name="upload"),
    path("compose/whom/", whom.whom, name="whom"),
    path("aids/", aids.aids, name="aids"),
    path("record-files/", papers.listed, name="record_files"),
    path("record-files/<uuid:uid>/", papers.attach, name="record_file"),
    path("templates/", templates.listed, name="templates"),
    path("templates/new/", templates.new, name="template_new"),
    path("templates/order/", templates.order, name="templates_order"),
    path("templates/preview/", preview.preview, name="template_preview"),
    path("templates/choices/", picking.choices, name="template_choices"),
    path("templates/<uuid:uid>/", templates.one, name="template"),
    path("templates/<uuid:uid>/use/", picking.use, name="template_use"),
    path("templates/<uuid:uid>/removal/", templates.removal, name="template_removal"),
    path("mailboxes/<uuid:uid>/signature/", signing.signature, name="signature"),
    path("suggestions/", palette.suggestions, name="suggestions"),
    path("outbox/", mailroom.outbox, name="outbox"),
    path("outbox/<uuid:uid>/", mailroom.outgoing, name="outgoing"),
]
