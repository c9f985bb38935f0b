"""The register's storage: events, commands, head and vault on SQLite or PostgreSQL."""
