"""The whole log at once: read into DuckDB, turned into the journal there, and scored there."""
