"""PostgreSQL, told at the start of each outermost transaction which workspace is open."""

from django.db.backends.postgresql import base

from crm.workspaces import opening


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's own backend; row-level security reads what it sets.

    The setting lasts until the transaction ends (SET LOCAL), so a pooled connection
    can never carry it into somebody else's request.
    """

    # The workspace that the open transaction was told of
    told: int | None = None

    def set_autocommit(
        self,
        autocommit: bool,
        force_begin_transaction_with_broken_autocommit: bool = False,
    ) -> None:
        super().set_autocommit(autocommit, force_begin_transaction_with_broken_autocommit)
        self.told, workspace_id = None, opening.opened()
        if not autocommit and self.alias == "default" and workspace_id is not None:
            opening.tell_database(self, workspace_id)
