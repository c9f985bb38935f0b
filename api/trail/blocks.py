"""A report as plain blocks, from which the page and the PDF are both made: they cannot say different things."""

from collections.abc import Iterator
from typing import ClassVar

from msgspec import Struct


class Text(Struct, frozen=True):
    """One paragraph. `Names` between backticks are set as code."""

    kind: ClassVar[str] = "text"
    text: str


class Rows(Struct, frozen=True):
    """Labels, and what stands beside them."""

    kind: ClassVar[str] = "rows"
    rows: tuple[tuple[str, str], ...]


class Grid(Struct, frozen=True, kw_only=True):
    """A table. `widths`: of its columns, in proportion; a column whose name ends in a blank is set to the right."""

    kind: ClassVar[str] = "grid"
    caption: str
    columns: tuple[str, ...]
    widths: tuple[int, ...]
    rows: tuple[tuple[str, ...], ...]


class Steps(Struct, frozen=True):
    """What to do, one after the other. A line that begins with four blanks is a command."""

    kind: ClassVar[str] = "steps"
    steps: tuple[tuple[str, ...], ...]


Block = Text | Rows | Grid | Steps


class Section(Struct, frozen=True, kw_only=True):
    """One part of the report; `level` 3 belongs to the level 2 before it."""

    title: str
    blocks: tuple[Block, ...]
    level: int = 2


class Report(Struct, frozen=True, kw_only=True):
    """All of it. `date`: the instant of the checkpoint, as text; `lede`: what it is, in two sentences."""

    title: str
    lede: str
    date: str
    sections: tuple[Section, ...]

    def texts(self) -> Iterator[str]:
        """Everything that is printed somewhere."""
        yield from (self.title, self.lede)
        for section in self.sections:
            yield section.title
            for block in section.blocks:
                match block:
                    case Text(text):
                        yield text
                    case Rows(rows):
                        yield from (cell for row in rows for cell in row)
                    case Grid():
                        yield from (block.caption, *block.columns)
                        yield from (cell for row in block.rows for cell in row)
                    case Steps(steps):
                        yield from (line for step in steps for line in step)
