from crm.timeline.actions.recording import record

__all__ = ["record"]
