"""Projects, under /<workspace>/projects/, and their boards, under /<workspace>/settings/."""

from django.urls import include, path

from crm.fields.urls import addresses
from crm.projects.views import (
    board,
    closing,
    columns,
    done,
    links,
    moving,
    ordering,
    starting,
    task,
    tasks,
)
from crm.projects.views.kind import PROJECTS
from crm.projects.views.settings import board as one_board
from crm.projects.views.settings import boards, phase, phases, templates

app_name = "projects"

of_projects = [
    *addresses(PROJECTS, listed=board.board),
    path("list/", board.listed, name="projects_list"),
    path("phases/<uuid:uid>/cards/", columns.column, name="column"),
    path("deals/<uuid:uid>/", starting.of_deal, name="of_deal"),
    path("<uuid:uid>/phase/", moving.move, name="project_phase"),
    path("<uuid:uid>/closure/", closing.closure, name="project_closure"),
    path("<uuid:uid>/links/", links.links, name="links"),
    path("<uuid:uid>/undo/", starting.take_back, name="start_undo"),
    path("<uuid:uid>/tasks/", tasks.tasks, name="tasks"),
    path("<uuid:uid>/tasks/undo/<uuid:task>/", done.undo, name="tasks_undo"),
    path("<uuid:uid>/tasks/order/", ordering.order, name="tasks_order"),
    path("<uuid:uid>/template/", templates.from_project, name="project_template"),
    path("tasks/<uuid:uid>/", task.task, name="task"),
    path("tasks/<uuid:uid>/done/", done.done, name="task_done"),
    path("tasks/<uuid:uid>/removal/", done.removal, name="task_removal"),
]
of_settings = [
    path("boards/", boards.boards, name="boards"),
    path("boards/order/", boards.order, name="boards_order"),
    path("boards/<uuid:uid>/", phases.board, name="board"),
    path("boards/<uuid:uid>/name/", one_board.rename, name="board_name"),
    path("boards/<uuid:uid>/closing/", one_board.closing, name="board_closing"),
    path("boards/<uuid:uid>/phases/", phase.add, name="phases"),
    path("boards/<uuid:uid>/order/", phases.order, name="phases_order"),
    path("phases/<uuid:uid>/", phase.change, name="phase"),
    path("phases/<uuid:uid>/removal/", phase.removal, name="phase_removal"),
    path("project-templates/new/", templates.new, name="template_new"),
    path("project-templates/order/", templates.order, name="templates_order"),
    path("project-templates/<uuid:uid>/", templates.template, name="template"),
]

urlpatterns = [path("projects/", include(of_projects)), path("settings/", include(of_settings))]
