from crm.projects.models.boards import Board, Phase
from crm.projects.models.projects import Project, ProjectLink
from crm.projects.models.tasks import Task
from crm.projects.models.templates import Template

__all__ = ["Board", "Phase", "Project", "ProjectLink", "Task", "Template"]
