from crm.projects.queries.board import Column, Shown, shown
from crm.projects.queries.cards import CARDS, more_cards, place
from crm.projects.queries.links import links_of, of_contact, projects_of
from crm.projects.queries.tasks import Branch, Progress, progress, tasks_of

__all__ = [
    "CARDS",
    "Branch",
    "Column",
    "Progress",
    "Shown",
    "links_of",
    "more_cards",
    "of_contact",
    "place",
    "progress",
    "projects_of",
    "shown",
    "tasks_of",
]
