"""What every page is made of: template tags, page or part, words for scripts, live updates."""
