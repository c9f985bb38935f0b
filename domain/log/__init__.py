"""The tamper-evident log: Merkle tree, signed notes, checkpoints, tiles and proofs. Source: docs/audit.md.

Nothing here knows a database; the standard library and `cryptography` are all it stands on.
"""
