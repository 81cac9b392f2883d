"""Settings of selling: pipelines and their stages, lost reasons, currencies."""
