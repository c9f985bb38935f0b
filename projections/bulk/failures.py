"""What goes wrong in bulk; apart from what imports DuckDB, which takes long."""


class BulkFailed(Exception):
    """DuckDB could not do it: the log holds what is no event."""


class NoRoom(BulkFailed):
    """There is not enough memory or disk."""
