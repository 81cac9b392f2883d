"""Which role reads and writes what: directory rows are looked up before a workspace is open."""

from typing import Any

from django.db import models

from crm.workspaces.tenancy import WorkspaceModel


class DirectoryRouter:
    """Workspace rows go through the walled role; directory rows through the system role."""

    def db_for_read(self, model: type[models.Model], **hints: Any) -> str:
        return "default" if issubclass(model, WorkspaceModel) else "system"

    def db_for_write(self, model: type[models.Model], **hints: Any) -> str:
        return self.db_for_read(model)

    def allow_relation(self, first: models.Model, second: models.Model, **hints: Any) -> bool:
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == "owner"
