from crm.workspaces.middleware.entering import MemberRequest

__all__ = ["MemberRequest"]
