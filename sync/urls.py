"""Pages about mailboxes, under the settings of a workspace."""

from django.urls import path

from sync.views import (
    connect,
    decisions,
    diagnostics,
    door,
    health,
    mode,
    reconnecting,
    repair,
    stopping,
    trial,
)

app_name = "sync"

AT = "<slug:workspace>/settings/mailboxes/"

urlpatterns = [
    path(AT, health.health, name="health"),
    path(f"{AT}connect/", connect.connect, name="connect"),
    path(f"{AT}connect/servers/", connect.connect_settings, name="connect_settings"),
    path(f"{AT}connect/test/", connect.connect_test, name="connect_test"),
    path(f"{AT}connect/options/", connect.connect_options, name="connect_options"),
    path(f"{AT}<uuid:uid>/", health.mailbox, name="mailbox"),
    path(f"{AT}<uuid:uid>/check/", stopping.check, name="check"),
    path(f"{AT}<uuid:uid>/domain/", health.domain, name="domain"),
    path(f"{AT}<uuid:uid>/test/", trial.trial, name="trial"),
    path(f"{AT}<uuid:uid>/diagnostics/", diagnostics.diagnostics, name="diagnostics"),
    path(f"{AT}<uuid:uid>/repair/", repair.repair, name="repair"),
    path(f"{AT}<uuid:uid>/pause/", stopping.pause, name="pause"),
    path(f"{AT}<uuid:uid>/options/", health.options, name="options"),
    path(f"{AT}<uuid:uid>/door/", door.door, name="door"),
    path(f"{AT}<uuid:uid>/effect/", health.effect, name="effect"),
    path(f"{AT}<uuid:uid>/mode/", mode.mode, name="mode"),
    path(f"{AT}<uuid:uid>/servers/", reconnecting.reconnect, name="reconnect"),
    path(f"{AT}<uuid:uid>/disconnection/", stopping.disconnect, name="disconnect"),
    path(f"{AT}<uuid:uid>/decisions/", decisions.decisions, name="decisions"),
    path(f"{AT}decisions/<uuid:uid>/", decisions.entry, name="entry"),
    path(f"{AT}decisions/<uuid:uid>/raw/", decisions.raw, name="raw"),
]
