"""The read-only pages: rendered on the server, working without the internet. Source: docs/design.md 11.

The pages show the shared view: an entry that one party keeps for itself does not exist here (docs/principles.md A78).
"""
