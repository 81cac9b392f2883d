"""The only listener to what was recorded."""
