"""The settings of docs/operations.md are those of the program, with their defaults."""

import re

from api.settings import PREFIX, Settings
from markdown_pages import page, tables


def test_the_table_has_every_setting_with_its_default() -> None:
    table = next(t for t in tables(page("docs/operations.md")) if t.columns == ("variable", "default", "what it is"))
    written = {name: row[1].strip("`") for row in table.rows for name in re.findall(r"`([A-Z_]+)`", row[0])}
    defaults = {PREFIX + name.upper(): field.default for name, field in Settings.model_fields.items()}
    assert written == {name: "" if default is None else str(default) for name, default in defaults.items()}
