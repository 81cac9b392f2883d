"""What happens next: the only listener to what was recorded."""
