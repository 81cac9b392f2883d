"""Settings of delivering: boards and their phases, templates."""
