from crm.fields.actions.changing import Outdated, change, create
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
