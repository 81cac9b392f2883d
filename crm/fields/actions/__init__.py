from crm.fields.actions.changing import change
from crm.fields.actions.conflicts import Outdated
from crm.fields.actions.creating import create
from crm.fields.actions.purging import purge, remove
from crm.fields.actions.requiring import Lacking, refuse_lacking
from crm.fields.actions.trashing import restore, trash

__all__ = [
    "Lacking",
    "Outdated",
    "change",
    "create",
    "purge",
    "refuse_lacking",
    "remove",
    "restore",
    "trash",
]
