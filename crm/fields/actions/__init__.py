from crm.fields.actions.changing import Outdated, change, create
from crm.fields.actions.trashing import purge, restore, trash

__all__ = ["Outdated", "change", "create", "purge", "restore", "trash"]
