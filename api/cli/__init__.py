"""The command line. Source: docs/contract.md 3."""

from api.cli.program import main

__all__ = ["main"]
