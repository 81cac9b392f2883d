from crm.timeline.actions.recording import record, record_each, record_many

__all__ = ["record", "record_each", "record_many"]
