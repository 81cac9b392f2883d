"""The shapes of a mailbox: asked for, changed, told and tried."""

from collections.abc import Mapping
from dataclasses import fields as fields_of
from typing import Any

from django.core.validators import RegexValidator
from rest_framework import serializers

from crm.ui.rest import counted, fields, shapes
from crm.workspaces.models import Membership, Team
from inbox.models import Mailbox, Visibility
from sync.actions import connect
from sync.api import words
from sync.models import Connection, Security
from sync.providers import check

HOST = RegexValidator(r"^[^\x00-\x20/@<>\"'\\]+$", "Enter the name of a server.")
IMAP_PORTS = {"tls": 993, "starttls": 143, "none": 143}
SMTP_PORTS = {"tls": 465, "starttls": 587, "none": 25}
SERVERS = frozenset(field.name for field in fields_of(connect.Servers)) - {"allows_plain"}
OPTIONS = (
    "name",
    "sync_from",
    "makes_people",
    "imports",
    "mirror_read",
    "mirror_archive",
    "mirror_delete",
    "follow_archive",
    "follow_delete",
)
SWITCHES = ("mirror_read", "mirror_archive", "mirror_delete", "follow_archive", "follow_delete")


def _host(**kwargs: Any) -> fields.Text:
    return fields.Text(max_length=253, validators=[HOST], **kwargs)


def _port(**kwargs: Any) -> fields.Number:
    return fields.Number(min_value=1, max_value=65535, **kwargs)


def _security(**kwargs: Any) -> fields.Choice:
    return fields.Choice(choices=Security.choices, **kwargs)


def _folders(**kwargs: Any) -> counted.Few:
    return counted.Few(
        child=fields.Text(max_length=500),
        allow_null=True,
        max_length=500,
        help_text="Names of the folders to read; null for all.",
        **kwargs,
    )


def _makes(**kwargs: Any) -> fields.Choice:
    return fields.Choice(
        choices=Mailbox.Makes.choices,
        help_text="Of whom a person is made where nobody has the address; never of those on bulk "
        "mail, of roles or of colleagues.",
        **kwargs,
    )


def _scope(**kwargs: Any) -> fields.Choice:
    return fields.Choice(
        choices=Mailbox.Scope.choices,
        help_text="`known`: only mail with people and companies known here; the rest waits, see "
        "`mailboxes/{id}/door/`.",
        **kwargs,
    )


class ChangedMailboxShape(shapes.Shape):
    """What can be changed of a mailbox, and given when it is connected."""

    name = fields.Text(required=False, allow_blank=True, max_length=120)
    imap_host = _host(required=False)
    imap_port = _port(required=False)
    imap_security = _security(required=False)
    smtp_host = _host(required=False)
    smtp_port = _port(required=False)
    smtp_security = _security(required=False)
    username = fields.Text(required=False, max_length=254)
    password = fields.Text(
        required=False, trim_whitespace=False, write_only=True, help_text="Never told again."
    )
    sync_from = fields.Day(
        required=False, allow_null=True, help_text="Import mail since this day; null for all."
    )
    folders = _folders(required=False)
    visibility = fields.Choice(
        required=False,
        choices=Visibility.choices,
        help_text="Who else may read threads of it, to begin with.",
    )
    apply_visibility = fields.Flag(
        required=False, help_text="Give that to the threads which are there already, too."
    )
    makes_people = _makes(required=False)
    imports = _scope(required=False)
    mirror_read = fields.Flag(required=False, help_text="Mark as read there too.")
    mirror_archive = fields.Flag(required=False, help_text="Archive there too.")
    mirror_delete = fields.Flag(required=False, help_text="Delete there too.")
    follow_archive = fields.Flag(required=False, help_text="What is archived there is so here.")
    follow_delete = fields.Flag(required=False, help_text="What is deleted there is so here.")
    paused = fields.Flag(required=False, help_text="Neither read nor send until it is false.")


def teams() -> counted.Few:
    """The teams that a team's mailbox is given to."""
    return counted.Few(
        child=fields.Ref(lambda _asking: Team.objects.all()),
        required=False,
        default=list,
        max_length=100,
        help_text="Teams all of whose members work in a team's mailbox, now or later.",
    )


class NewMailboxShape(shapes.Shape):
    """A mailbox to connect."""

    address = fields.Address()
    name = fields.Text(required=False, allow_blank=True, max_length=120, default="")
    provider = fields.Choice(choices=["imap"], default="imap")
    kind = fields.Choice(choices=Mailbox.Kind.choices, default=Mailbox.Kind.PERSONAL)
    members = counted.Few(
        child=fields.Ref(lambda asking: members(asking)),
        required=False,
        default=list,
        max_length=500,
        help_text="Who works in a team's mailbox besides the one who connects it.",
    )
    teams = teams()
    imap_host = _host()
    imap_port = _port(required=False, help_text="993 for TLS, 143 otherwise, if not given.")
    imap_security = _security(default=Security.TLS)
    smtp_host = _host()
    smtp_port = _port(required=False, help_text="465, 587 or 25 by its security, if not given.")
    smtp_security = _security(default=Security.TLS)
    username = fields.Text(required=False, max_length=254, help_text="The address, if not given.")
    password = fields.Text(trim_whitespace=False, write_only=True, help_text="Never told again.")
    sync_from = fields.Day(
        default=None, allow_null=True, help_text="Import mail since this day; null for all."
    )
    folders = _folders(default=None)
    visibility = fields.Choice(
        choices=Visibility.choices,
        default=Visibility.PRIVATE,
        help_text="Who else may read threads of it, to begin with. A team's is never private "
        "to one: it is `team` unless `shared`.",
    )
    makes_people = _makes(default=Mailbox.Makes.SENT)
    imports = _scope(default=Mailbox.Scope.ALL)


class EffectQuery(shapes.Query):
    visibility = fields.Choice(
        required=False, choices=Visibility.choices, help_text="The default one thinks of."
    )


class EffectShape(shapes.Shape):
    total = fields.Number(help_text="How many threads there are.")
    other = fields.Number(help_text="Of them not so now: these would change.")
    linked = fields.Number(help_text="Of these linked to a record: others would read them, or not.")
    kept = fields.Number(help_text="Kept private by a rule: they stay so.")


class CountsShape(shapes.Shape):
    listed = fields.Number(help_text="What the server listed: the sum of the others.")
    imported = fields.Number()
    skipped = fields.Number()
    duplicate = fields.Number()
    failed = fields.Number()
    pending = fields.Number(help_text="Still to come.")


class MailboxShape(shapes.Shape):
    id = fields.Id(source="uid")
    address = fields.Text()
    name = fields.Text()
    provider = fields.Choice(choices=["imap"])
    kind = fields.Choice(choices=Mailbox.Kind.choices)
    owner = fields.Id(source="owner.uid", allow_null=True, default=None)
    members = serializers.ListField(
        child=fields.Id(),
        help_text="Who works in a team's mailbox besides its teams.",
    )
    teams = serializers.ListField(
        child=fields.Id(), help_text="Teams all of whose members work in it."
    )
    visibility = fields.Choice(choices=Visibility.choices)
    state = fields.Choice(choices=Mailbox.State.choices)
    state_reason = fields.Text(help_text="A key, or empty where all is well.")
    state_text = fields.Text(help_text="The same as a sentence.")
    remedy = fields.Text(help_text="What to do about it.")
    sync_from = fields.Day(allow_null=True)
    complete_until = fields.Moment(allow_null=True, help_text="Nothing older is missing.")
    last_ok_at = fields.Moment(allow_null=True)
    imap_host = fields.Text()
    imap_port = fields.Number()
    imap_security = _security()
    smtp_host = fields.Text()
    smtp_port = fields.Number()
    smtp_security = _security()
    username = fields.Text()
    folders = _folders(source="chosen")
    makes_people = _makes()
    imports = _scope()
    mirror_read = fields.Flag()
    mirror_archive = fields.Flag()
    mirror_delete = fields.Flag()
    follow_archive = fields.Flag()
    follow_delete = fields.Flag()
    counts = CountsShape()
    created_at = fields.Moment()

    def to_representation(self, instance: Mailbox) -> Any:
        reached = self.context["connections"].get(instance.pk) or Connection()
        text, remedy = words.found(instance.state_reason)
        told = shapes.Beside(
            instance,
            chosen=reached.folders,
            counts=self.context["counts"][instance.pk],
            members=self.context["members"].get(instance.pk, []),
            teams=self.context["teams"].get(instance.pk, []),
            state_text=text,
            remedy=remedy,
            **{name: getattr(reached, name) for name in SERVERS},
        )
        return super().to_representation(told)


class StepShape(shapes.Shape):
    name = fields.Choice(choices=[*check.READING, *check.SENDING])
    ok = fields.Flag(allow_null=True, help_text="null where an earlier step failed.")
    code = fields.Text(help_text="A key for what failed, or empty.")
    text = fields.Text(help_text="What failed.")
    remedy = fields.Text(help_text="What to do about it.")
    seconds = serializers.FloatField(
        allow_null=True, help_text="How long it took; null where it was not reached."
    )


class TestShape(shapes.Shape):
    ok = fields.Flag()
    steps = StepShape(many=True)


def members(asking: Membership) -> Any:
    return Membership.objects.using("default").filter(
        workspace_id=asking.workspace_id, is_active=True
    )


def servers(asked: Mapping[str, Any]) -> connect.Servers:
    """Where a mailbox is reached; to ask for no encryption is to allow it for this mailbox."""
    reading, sending = asked["imap_security"], asked["smtp_security"]
    return connect.Servers(
        imap_host=asked["imap_host"],
        imap_port=asked.get("imap_port") or IMAP_PORTS[reading],
        imap_security=reading,
        smtp_host=asked["smtp_host"],
        smtp_port=asked.get("smtp_port") or SMTP_PORTS[sending],
        smtp_security=sending,
        username=asked.get("username") or asked["address"],
        allows_plain=Security.NONE in (reading, sending),
    )


def known(connection: Connection) -> dict[str, Any]:
    """The servers of a mailbox as a request would name them."""
    return {name: getattr(connection, name) for name in SERVERS}


def new_mailbox(asked: Mapping[str, Any]) -> dict[str, Any]:
    """What `connect.connect_mailbox` takes."""
    plain = (
        "address",
        "name",
        "kind",
        "members",
        "teams",
        "password",
        "sync_from",
        "folders",
        "makes_people",
    )
    return {
        **{name: asked[name] for name in plain},
        "servers": servers(asked),
        "visibility": visibility(asked["kind"], asked["visibility"]),
        "makes_people": asked["makes_people"],
        "imports": asked["imports"],
    }


def options(mailbox: Mailbox, asked: Mapping[str, Any]) -> dict[str, Any]:
    """What `connect.change_options` takes."""
    found = {name: asked[name] for name in OPTIONS if name in asked}
    if "visibility" in asked:
        found["visibility"] = visibility(mailbox.kind, asked["visibility"])
    return found


def visibility(kind: str, wanted: str) -> str:
    """What is meant in a mailbox of this kind: shared, or closed to all who do not work there."""
    team = kind == Mailbox.Kind.TEAM
    closed = Visibility.TEAM if team else Visibility.PRIVATE
    return Visibility.SHARED if wanted == Visibility.SHARED else closed


def step(found: check.Step) -> dict[str, Any]:
    """A step of a test as the API tells it; what the server said itself is not repeated."""
    text, remedy = words.found(found.code)
    return {
        "name": found.name,
        "ok": found.ok,
        "code": found.code,
        "text": text,
        "remedy": remedy,
        "seconds": found.seconds,
    }
