from sync.models.connections import ORDER, Connection, Security
from sync.models.cursors import FolderCursor
from sync.models.repairs import Repair
from sync.models.schedules import Schedule
from sync.models.upkeep import Upkeep

__all__ = ["ORDER", "Connection", "FolderCursor", "Repair", "Schedule", "Security", "Upkeep"]
