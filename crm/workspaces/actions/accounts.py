"""The accounts that belonged to no other workspace."""

from django.db import connections

from crm.workspaces.actions.deleting import DIRECTORY, delete
from crm.workspaces.models import Membership, User, UserSession


def delete_accounts(workspace_id: int) -> None:
    """Memberships, and accounts that belong to no other workspace, with their sessions."""
    members = Membership.objects.using("system")
    users = list(members.filter(workspace_id=workspace_id).values_list("user_id", flat=True))
    for model in DIRECTORY:
        while delete(model, workspace_id):
            pass
    elsewhere = set(members.filter(user_id__in=users).values_list("user_id", flat=True))
    alone = User.objects.using("system").filter(pk__in=set(users) - elsewhere, is_staff=False)
    with connections["system"].cursor() as cursor:
        cursor.execute(
            "DELETE FROM django_session WHERE session_key IN (SELECT row"
            " FROM workspaces_usersession WHERE user_id = ANY(%s))",
            [list(alone.values_list("pk", flat=True))],
        )
    UserSession.objects.using("system").filter(user__in=alone).delete()
    alone.delete()
