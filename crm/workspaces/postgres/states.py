"""What the tables look like between two migrations, told without rendering all of them anew.

Django renders a model and its whole neighbourhood again after each step of a migration.
Here every model has a workspace, so its neighbourhood is everything: nine tenths of the
time an empty database took went there. A new model and a new index change no other model;
whatever else a step does goes Django's way.
"""

from typing import Any, cast

from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import ProjectState


class State(ProjectState):
    """The state of all models, in which additions touch nothing but themselves."""

    def clone(self) -> "State":
        return _quick(super().clone())

    def reload_model(self, app_label: str, model_name: str, delay: bool = False) -> None:
        if not self._is_rendered:
            return
        if model_name in self.apps.all_models[app_label]:
            super().reload_model(app_label, model_name, delay)
        else:
            self.apps.render_multiple([self.models[app_label, model_name]])

    def add_index(self, app_label: str, model_name: str, index: Any) -> None:
        self._append(app_label, model_name, "indexes", index)

    def add_constraint(self, app_label: str, model_name: str, constraint: Any) -> None:
        self._append(app_label, model_name, "constraints", constraint)

    def _append(self, app_label: str, model_name: str, option: str, added: Any) -> None:
        options = self.models[app_label, model_name].options
        options[option] = [*options[option], added]
        if self._is_rendered:
            meta = self.apps.get_model(app_label, model_name)._meta
            setattr(meta, option, list(options[option]))

    @property
    def _is_rendered(self) -> bool:
        # Asking for `apps` would render them
        return "apps" in self.__dict__


class Executor(MigrationExecutor):
    """Runs migrations over such states."""

    def migrate(
        self,
        targets: Any,
        plan: Any = None,
        state: ProjectState | None = None,
        fake: bool = False,
        fake_initial: bool = False,
    ) -> ProjectState:
        quick = _quick(state) if state else None
        return super().migrate(targets, plan, quick, fake=fake, fake_initial=fake_initial)


def _quick(state: ProjectState) -> State:
    """The same state, told our way: Django makes its own class of it wherever it copies one."""
    state.__class__ = State
    return cast(State, state)
