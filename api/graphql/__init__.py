"""The GraphQL interface of the register (docs/contract.md 5)."""
