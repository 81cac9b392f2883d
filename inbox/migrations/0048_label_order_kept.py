"""PostgreSQL keeps `last_at` of labels and of what is unread, whoever changes a conversation.

Whoever writes such a row holds the conversation's, so that no change of it comes between; and each
time a conversation is added up anew its rows are put right.
"""

from django.db import migrations

TABLES = ("inbox_threadlabel", "inbox_threadunread")
BEGIN = """
CREATE FUNCTION inbox_entry_begin() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
    -- Where the conversation has no row yet, its row says it better in a moment
    NEW.last_at := COALESCE((SELECT e.last_at FROM inbox_mailboxthread e
        WHERE e.workspace_id = NEW.workspace_id AND e.thread_id = NEW.thread_id
        AND e.mailbox_id = NEW.mailbox_id), now());
    RETURN NEW;
END $$;
"""
BEGINS = """
CREATE TRIGGER inbox_entry_begin BEFORE INSERT OR UPDATE OF thread_id, mailbox_id
ON {table} FOR EACH ROW EXECUTE FUNCTION inbox_entry_begin();
"""
FOLLOW = """
CREATE FUNCTION inbox_entry_follow() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
    {each}
    RETURN NULL;
END $$;
CREATE TRIGGER inbox_entry_follow AFTER UPDATE OF last_at ON inbox_mailboxthread
FOR EACH ROW EXECUTE FUNCTION inbox_entry_follow();
"""
FOLLOWS = """
    UPDATE {table} l SET last_at = NEW.last_at
    WHERE l.workspace_id = NEW.workspace_id AND l.thread_id = NEW.thread_id
        AND l.mailbox_id = NEW.mailbox_id AND l.last_at IS DISTINCT FROM NEW.last_at;
"""
KEEP = (
    BEGIN
    + "".join(BEGINS.format(table=table) for table in TABLES)
    + FOLLOW.format(each="".join(FOLLOWS.format(table=table) for table in TABLES))
)
NO_MORE = """
DROP FUNCTION inbox_entry_begin() CASCADE;
DROP FUNCTION inbox_entry_follow() CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [("inbox", "0047_label_order")]

    operations = [migrations.RunSQL(KEEP, NO_MORE)]
