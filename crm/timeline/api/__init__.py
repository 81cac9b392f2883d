from crm.timeline.api.activities import Activities
from crm.timeline.api.files import Files
from crm.timeline.api.notes import Notes
from crm.timeline.api.notices import Notices
from crm.timeline.api.types import ActivityTypes

__all__ = ["Activities", "ActivityTypes", "Files", "Notes", "Notices"]
