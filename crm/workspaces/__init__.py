"""Who works here, in which workspace, and what keeps workspaces apart."""
