from crm.projects.actions.boards import prepare_delivering
from crm.projects.actions.projects import (
    change_project,
    close_project,
    create_project,
    move_project,
    start_project,
)

__all__ = [
    "change_project",
    "close_project",
    "create_project",
    "move_project",
    "prepare_delivering",
    "start_project",
]
