"""Writes the GraphQL schema as text. python scripts/schema_text.py FILE"""

import sys
from pathlib import Path

from api.graphql.schema import make_schema

if __name__ == "__main__":
    Path(sys.argv[1]).write_text(f"{make_schema().as_str()}\n", encoding="utf-8")
