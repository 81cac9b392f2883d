from crm.projects.actions.closing import close_project
from crm.projects.actions.moving import move_project
from crm.projects.actions.preparing import prepare_delivering
from crm.projects.actions.projects import change_project, create_project
from crm.projects.actions.starting import start_project

__all__ = [
    "change_project",
    "close_project",
    "create_project",
    "move_project",
    "prepare_delivering",
    "start_project",
]
