"""What the scripts of the composer say."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as n_

from crm.ui.words.pairs import pair

# Mails are written in either language, whatever the page speaks
ATTACHED = "attached,attachment,enclosed,anexo,anexei,anexado,anexada"


def composer() -> dict[str, str | list[str]]:
    return {
        "saving": _("Saving"),
        "saved": _("Saved %(time)s"),
        "not_saved": _("Not saved yet. Trying again in a moment."),
        "draft_conflict": _("Not saved: the draft was changed meanwhile."),
        "draft_other": _("It was changed in another window, or sent, or thrown away."),
        "draft_colleague": _("%(name)s went on with this draft."),
        "draft_held": _("Nothing is overwritten: what stands here is not saved"),
        "draft_show": _("Show what stands now"),
        "draft_mine": _("What you wrote can go on as a draft of your own."),
        "draft_keep": _("Keep mine as well"),
        "sends_in": pair(n_("Sends in 1 s"), n_("Sends in %(count)s s")),
        "stop_it": _("Stop it"),
        "goes_later": _("Goes %(time)s"),
        "sent": _("On its way. The Outbox shows when it is sent."),
        "stopped": _("Stopped. It is a draft again."),
        "not_stopped": _("Too late to stop, the server already has it."),
        "send_failed": _("Not sent. Your draft is safe."),
        "discarded": _("Draft thrown away"),
        "remove": _("Remove %(name)s"),
        "stop_upload": _("Stop or remove %(name)s"),
        "uploading": _("%(name)s, %(done)s of %(total)s"),
        "upload_failed": _("%(name)s did not arrive. Take it out and try again."),
        "too_big": _(
            "%(name)s is larger than 25 MB, the most a mail can carry. Send a link to it instead."
        ),
        "fields_none": _("No field has this name."),
        "uploads_running": _("A file is still on its way. Wait for it, or take it out."),
        "no_recipient": _("Nobody is in To. Add an address."),
        "bad_address": _("%(name)s is not a full address."),
        "no_subject": _("The subject is empty."),
        "no_words": _("The text is empty."),
        "no_file": _("The text says a file is attached, and none is."),
        "attach_words": ATTACHED,
        "guard_fix": pair(
            n_("Fix 1 thing before you send"), n_("Fix %(count)s things before you send")
        ),
        "guard_check": pair(
            n_("Check 1 thing, then send again"), n_("Check %(count)s things, then send again")
        ),
        "guard_held": _("Answered meanwhile, so yours is held"),
        "send_anyway": _("Send anyway"),
        "held_edit": _("Read the answer above, and change yours to fit."),
        "edit_it": _("Edit"),
        "held_discard": _("Nothing is left to say. The draft can be had back."),
        "discard_it": _("Discard"),
        "fix": _("Go there"),
        "see_it": _("Look at it"),
        "write_here": _("Write your message"),
        "link_wrong": _("This is no address. Write it as fio.example or https://fio.example/."),
    }
