"""Who may become a deal: leads, apart from deals until somebody takes them up."""
