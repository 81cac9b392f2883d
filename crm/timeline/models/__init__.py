from crm.timeline.models.about import About, AboutQuerySet
from crm.timeline.models.activities import SOMEDAY, Activity, ActivityAbout
from crm.timeline.models.contents import FileContent
from crm.timeline.models.events import Event, EventAbout, event_recorded
from crm.timeline.models.files import File, FileAbout
from crm.timeline.models.notes import Note, NoteAbout
from crm.timeline.models.notices import Notice
from crm.timeline.models.samples import Sample
from crm.timeline.models.types import ActivityType, Icon
from crm.timeline.models.versions import NoteVersion

__all__ = [
    "SOMEDAY",
    "About",
    "AboutQuerySet",
    "Activity",
    "ActivityAbout",
    "ActivityType",
    "Event",
    "EventAbout",
    "File",
    "FileAbout",
    "FileContent",
    "Icon",
    "Note",
    "NoteAbout",
    "NoteVersion",
    "Notice",
    "Sample",
    "event_recorded",
]
