"""Activities, notices and their settings, under /<workspace>/."""

from django.urls import path

from crm.timeline.views import (
    activities,
    calendar,
    doing,
    files,
    history,
    notes,
    notices,
    one,
    types,
)

app_name = "timeline"

urlpatterns = [
    path("activities/", activities.listed, name="activities"),
    path("activities/calendar/", calendar.calendar, name="calendar"),
    path("activities/new/", one.new, name="activity_new"),
    path("activities/<uuid:uid>/", one.activity, name="activity"),
    path("activities/<uuid:uid>/completion/", doing.completion, name="completion"),
    path("activities/<uuid:uid>/day/", doing.day, name="day"),
    path("activities/<uuid:uid>/removal/", doing.removal, name="removal"),
    path("history/<str:kind>/<uuid:uid>/", history.of_record, name="history"),
    path("history/<str:kind>/<uuid:uid>/activities/", history.activities_of, name="planned"),
    path("history/<str:kind>/<uuid:uid>/notes/", notes.of_record, name="notes"),
    path("history/<str:kind>/<uuid:uid>/files/", files.of_record, name="files"),
    path("notes/<uuid:uid>/", notes.note, name="note"),
    path("notes/<uuid:uid>/pin/", notes.pinning, name="note_pin"),
    path("notes/<uuid:uid>/removal/", notes.removal, name="note_removal"),
    path("notes/<uuid:uid>/versions/", notes.versions, name="note_versions"),
    path("files/<uuid:uid>/", files.file, name="file"),
    path("files/<uuid:uid>/removal/", files.removal, name="file_removal"),
    path("notices/", notices.listed, name="notices"),
    path("notices/side/", notices.side, name="side"),
    path("settings/activity-types/", types.types, name="types"),
    path("settings/activity-types/order/", types.order, name="types_order"),
    path("settings/activity-types/<uuid:uid>/", types.one, name="type"),
]
