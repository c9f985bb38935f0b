"""The database against its own log: everything that can be worked out again is, and compared. Source: docs/audit.md.

`log` holds the events against the tree and their own columns, `tree` the tree against itself and the head; `commands`,
`vault` and `checkpoints` check what hangs on the events, `read_models` the journal; `whole` does all of it.
"""
