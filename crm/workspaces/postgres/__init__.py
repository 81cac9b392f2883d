"""The database backend that tells PostgreSQL which workspace is open."""
