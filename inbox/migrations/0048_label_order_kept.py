"""PostgreSQL keeps `last_at` of a label's rows, whoever changes a conversation or labels it.

Whoever labels holds the conversation's row, so that no change of it comes between.
"""

from django.db import migrations

KEEP = """
CREATE FUNCTION inbox_label_begin() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
    NEW.last_at := (SELECT e.last_at FROM inbox_mailboxthread e
        WHERE e.workspace_id = NEW.workspace_id AND e.thread_id = NEW.thread_id
        AND e.mailbox_id = NEW.mailbox_id);
    RETURN NEW;
END $$;
CREATE TRIGGER inbox_label_begin BEFORE INSERT OR UPDATE OF thread_id, mailbox_id
ON inbox_threadlabel FOR EACH ROW EXECUTE FUNCTION inbox_label_begin();

CREATE FUNCTION inbox_label_follow() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
    UPDATE inbox_threadlabel l SET last_at = NEW.last_at
    WHERE l.workspace_id = NEW.workspace_id AND l.thread_id = NEW.thread_id
        AND l.mailbox_id = NEW.mailbox_id;
    RETURN NULL;
END $$;
CREATE TRIGGER inbox_label_follow AFTER UPDATE OF last_at ON inbox_mailboxthread
FOR EACH ROW WHEN (NEW.last_at IS DISTINCT FROM OLD.last_at)
EXECUTE FUNCTION inbox_label_follow();
"""
NO_MORE = """
DROP FUNCTION inbox_label_begin() CASCADE;
DROP FUNCTION inbox_label_follow() CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [("inbox", "0047_label_order")]

    operations = [migrations.RunSQL(KEEP, NO_MORE)]
