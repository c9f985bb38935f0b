"""Alembic's entry: runs the revisions in the transaction that migrate.py opened."""

from alembic import context

context.configure(connection=context.config.attributes["connection"], transactional_ddl=True)
context.run_migrations()
