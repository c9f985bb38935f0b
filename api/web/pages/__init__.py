"""One file per page: what it asks, and what it shows."""
