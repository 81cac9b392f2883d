"""People, and later the organizations they work for."""
