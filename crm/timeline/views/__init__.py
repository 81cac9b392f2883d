"""Activities, notes, files and the history of records, as pages and as parts of other pages."""
