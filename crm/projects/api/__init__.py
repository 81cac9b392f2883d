from crm.projects.api.boards import Boards, Phases
from crm.projects.api.projects import Projects
from crm.projects.api.tasks import Tasks
from crm.projects.api.templates import Templates

__all__ = ["Boards", "Phases", "Projects", "Tasks", "Templates"]
