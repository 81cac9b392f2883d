from crm.projects.forms.projects import ProjectForm, TaskForm
from crm.projects.forms.settings import NameForm, TemplateForm

__all__ = ["NameForm", "ProjectForm", "TaskForm", "TemplateForm"]
