"""What every REST resource shares: problems, pages, throttles, idempotent POSTs, the schema."""
