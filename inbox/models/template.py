"""Words that are written once and used often: templates, snippets, signatures of mailboxes."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.workspaces import tenancy
from crm.workspaces.models import Membership
from inbox.models.mailbox import Mailbox
from inbox.models.outgoing import Upload


class Template(tenancy.PublicModel):
    """A subject and a text, with fields such as `{{ person.first_name | "there" }}`.

    With a shortcut it is a snippet too: `;shortcut` and Tab put it where one writes. With a
    mailbox it is that mailbox's signature, shared by all who write from it.
    """

    name = models.CharField(_("name"), max_length=120, blank=True)
    folder = models.CharField(_("folder"), max_length=80, blank=True)
    subject = models.TextField(_("subject"), blank=True)
    html = models.TextField(blank=True)
    shortcut = models.CharField(_("shortcut"), max_length=40, blank=True)
    is_shared = models.BooleanField(_("shared with everybody"), default=False)
    owner = tenancy.WorkspaceForeignKey(
        Membership, models.SET_NULL, null=True, related_name="+", verbose_name=_("owner")
    )
    mailbox = tenancy.WorkspaceForeignKey(
        Mailbox, models.CASCADE, null=True, related_name="signatures"
    )
    position = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)
    # Removed, and for a while still to be had back
    removed_at = models.DateTimeField(null=True)

    class Meta(tenancy.PublicModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "mailbox"],
                condition=Q(mailbox__isnull=False),
                name="signature_once",
            ),
            models.UniqueConstraint(
                "workspace",
                "owner",
                Lower("shortcut"),
                condition=~Q(shortcut="") & Q(removed_at=None),
                name="shortcut_once",
            ),
        ]
        indexes = [models.Index(fields=["workspace", "position"], name="template_order")]

    def __str__(self) -> str:
        return self.name


class TemplateUpload(tenancy.WorkspaceModel):
    """A file, or a picture of the text, that goes with a template."""

    template = tenancy.WorkspaceForeignKey(Template, models.CASCADE, related_name="files")
    upload = tenancy.WorkspaceForeignKey(Upload, models.CASCADE, related_name="+")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta(tenancy.WorkspaceModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "template", "upload"], name="template_file_once"
            )
        ]
