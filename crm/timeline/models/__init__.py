from crm.timeline.models.about import About, AboutQuerySet
from crm.timeline.models.activities import SOMEDAY, Activity, ActivityAbout
from crm.timeline.models.events import Event, EventAbout, event_recorded
from crm.timeline.models.notices import Notice
from crm.timeline.models.types import ActivityType, Icon

__all__ = [
    "SOMEDAY",
    "About",
    "AboutQuerySet",
    "Activity",
    "ActivityAbout",
    "ActivityType",
    "Event",
    "EventAbout",
    "Icon",
    "Notice",
    "event_recorded",
]
