"""An empty database is given every table, column, index and constraint that the models name."""

from django.apps import apps
from django.db import connections

NAMES = """
    SELECT indexname FROM pg_indexes WHERE schemaname = 'public' UNION
    SELECT conname FROM pg_constraint WHERE connamespace = 'public'::regnamespace
"""
COLUMNS = """
    SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'
"""


def test_it_makes_all_that_the_models_name(db: None) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute(NAMES)
        names = {name for (name,) in cursor.fetchall()}
        cursor.execute(COLUMNS)
        columns = set(cursor.fetchall())
    models = [model for model in apps.get_models() if model._meta.managed]
    wanted = [each.name for m in models for each in (*m._meta.indexes, *m._meta.constraints)]
    fields = [(m._meta.db_table, f.column) for m in models for f in m._meta.local_concrete_fields]
    assert set(wanted) <= names
    assert set(fields) <= columns
    assert len(wanted) > 100
