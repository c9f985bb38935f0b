"""The audit trail around the log: publishing and witnessing checkpoints, exports, verification, audit packs."""
