"""Activities, notices and their settings, under /<workspace>/."""

from django.urls import path

from crm.timeline.views import activities, doing, notices, types

app_name = "timeline"

urlpatterns = [
    path("activities/", activities.listed, name="activities"),
    path("activities/calendar/", activities.calendar, name="calendar"),
    path("activities/new/", activities.new, name="activity_new"),
    path("activities/<uuid:uid>/", activities.activity, name="activity"),
    path("activities/<uuid:uid>/completion/", doing.completion, name="completion"),
    path("activities/<uuid:uid>/day/", doing.day, name="day"),
    path("activities/<uuid:uid>/removal/", doing.removal, name="removal"),
    path("notices/", notices.listed, name="notices"),
    path("notices/side/", notices.side, name="side"),
    path("settings/activity-types/", types.types, name="types"),
    path("settings/activity-types/order/", types.order, name="types_order"),
    path("settings/activity-types/<uuid:uid>/", types.one, name="type"),
]
