"""What talks to mail servers: plain Python that knows no database and no framework."""
