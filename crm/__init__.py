"""The CRM: workspaces, contacts, timeline, and the project's configuration."""
