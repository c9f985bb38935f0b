"""A report as a PDF. Importing what draws it takes half a second: whoever needs it does so when it is needed."""

import logging
from collections.abc import Callable, Iterable
from functools import cached_property
from pathlib import Path
from typing import Any

from fpdf import FPDF, FontFace
from fpdf.enums import TableBordersLayout, XPos, YPos
from fpdf.fonts import TTFFont
from msgspec import Struct

from api.trail.blocks import Grid, Report, Rows, Section, Steps, Text
from api.trail.page import TONES
from domain.store.instants import parse_instant

FOLDERS = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "~/.local/share/fonts",
    "~/.fonts",
    "/Library/Fonts",
    "~/Library/Fonts",
    "C:/Windows/Fonts",
)
FAMILIES = (
    ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf"),
    ("NotoSans-Regular.ttf", "NotoSans-Bold.ttf"),
    ("LiberationSans-Regular.ttf", "LiberationSans-Bold.ttf"),
)
"""Regular and bold, the ones with more characters first."""
INK, SOFT, RULE = (27, 33, 38), (85, 93, 100), (200, 194, 180)
COLOURS = {"green": (27, 106, 64), "amber": (133, 80, 0), "red": (163, 39, 30)}
for name in ("fpdf", "fontTools"):
    logging.getLogger(name).setLevel(logging.WARNING)  # every table of a font would be told of

MISSING = "?"
REPLACED = (
    f"Some characters are not in the font that was at hand and stand here as “{MISSING}”; report.html shows them all."
)
SIMPLER = {"“": '"', "”": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "−": "-", "…": "...", "•": "-"}
"""What stands in for characters of good typography where the font has none of them."""


class Fonts(Struct, frozen=True):
    """Two files of one family."""

    regular: Path
    bold: Path


def find_fonts(folders: Iterable[str] = FOLDERS) -> Fonts | None:
    """The first family that is installed, None where there is none of them."""
    places = [Path(folder).expanduser() for folder in folders]
    found = {path.name: path for place in places if place.is_dir() for path in sorted(place.rglob("*.ttf"))}
    for regular, bold in FAMILIES:
        if regular in found and bold in found:
            return Fonts(found[regular], found[bold])
    return None


def pdf(report: Report, fonts: Fonts | None, progress: Callable[[int], object] = lambda _: None) -> bytes:
    """The report as PDF. Without fonts a core font is used, which knows the characters of western Europe alone.

    progress: called with 1 for each section of the first level.
    """
    return _Printer(report, fonts, progress).printed()


class _Paper(FPDF):
    """A4 with the page number at the foot."""

    def footer(self) -> None:
        self.set_y(-12)
        self.set_font(size=8)
        self.set_text_color(SOFT)
        self.cell(0, 5, f"{self.page_no()} / {{nb}}", align="C")


class _Printer:
    def __init__(self, report: Report, fonts: Fonts | None, progress: Callable[[int], object]) -> None:
        self._report = report
        self._progress = progress
        self._paper = _Paper(format="A4")
        self._paper.set_creation_date(parse_instant(report.date))
        self._paper.set_title(report.title)
        self._paper.set_lang("en")
        self._paper.set_margins(15, 15)
        self._paper.set_auto_page_break(True, 18)
        self._fonts = fonts
        if fonts is None:
            self._paper.set_font("helvetica", size=9)
        else:
            self._paper.add_font("house", "", fonts.regular)
            self._paper.add_font("house", "B", fonts.bold)
            self._paper.set_font("house", size=9)

    def printed(self) -> bytes:
        self._paper.add_page()
        self._line(self._report.title, 20, bold=True)
        self._line(self._report.lede, 10)
        self._line(f"Made from the checkpoint of {self._report.date}", 8, SOFT)
        if self._is_lacking:
            self._line(REPLACED, 9, COLOURS["amber"])
        for section in self._report.sections:
            self._section(section)
            if section.level == 2:
                self._progress(1)
        return bytes(self._paper.output())

    # --- Characters ---

    @cached_property
    def _known(self) -> Callable[[str], bool]:
        """Whether the font has a character."""
        if self._fonts is None:
            return lambda sign: sign.encode("latin-1", "ignore") != b""
        faces = [face for name in ("house", "houseB") if isinstance(face := self._paper.fonts[name], TTFFont)]
        known = set.intersection(*(set(face.cmap) for face in faces))
        return lambda sign: ord(sign) in known

    @cached_property
    def _is_lacking(self) -> bool:
        return any(self._sign(sign) is None for sign in set("".join(self._report.texts())))

    def _sign(self, sign: str) -> str | None:
        """The character as the font can print it, None where it cannot."""
        sign = sign if sign.isprintable() or sign == "\n" else " "
        return next(
            (one for one in (sign, SIMPLER.get(sign, "")) if one == "\n" or (one and self._known(one[0]))), None
        )

    def _text(self, text: str) -> str:
        return "".join(self._sign(sign) or MISSING for sign in text)

    # --- Blocks ---

    def _section(self, section: Section) -> None:
        size = 14 if section.level == 2 else 11
        if self._paper.will_page_break(30):
            self._paper.add_page()
        self._paper.ln(5 if section.level == 2 else 2)
        self._paper.start_section(self._text(section.title), section.level - 2)
        self._line(section.title, size, bold=True)
        for block in section.blocks:
            match block:
                case Text(text):
                    self._line(text.replace("`", ""), 9)
                case Rows():
                    self._rows(block)
                case Grid():
                    self._grid(block)
                case Steps():
                    self._steps(block)

    def _line(self, text: str, size: float, colour: tuple[int, int, int] = INK, *, bold: bool = False) -> None:
        self._paper.set_font(style="B" if bold else "", size=size)
        self._paper.set_text_color(colour)
        self._paper.multi_cell(0, size * 0.5, self._text(text), align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self._paper.ln(1)

    def _rows(self, block: Rows) -> None:
        self._table((28, 72), None, block.rows, (False, False))

    def _grid(self, block: Grid) -> None:
        self._line(block.caption, 8, SOFT)
        columns = tuple(name.rstrip() for name in block.columns)
        self._table(block.widths, columns, block.rows, tuple(name.endswith(" ") for name in block.columns))

    def _table(
        self,
        widths: tuple[int, ...],
        columns: tuple[str, ...] | None,
        rows: Iterable[tuple[str, ...]],
        rights: tuple[bool, ...],
    ) -> None:
        self._paper.set_font(size=8)
        self._paper.set_text_color(INK)
        self._paper.set_draw_color(RULE)
        options: dict[str, Any] = {
            "col_widths": widths,
            "text_align": tuple("RIGHT" if right else "LEFT" for right in rights),
            "borders_layout": TableBordersLayout.HORIZONTAL_LINES,
            "first_row_as_headings": columns is not None,
            "num_heading_rows": 1,
            "line_height": 4,
            "padding": 0.8,
            "headings_style": FontFace(emphasis="", color=SOFT),
        }
        with self._paper.table(**options) as table:
            for row in [columns, *rows] if columns else rows:
                line = table.row()
                for cell in row:
                    tone = TONES.get(cell)
                    line.cell(self._text(cell), style=FontFace(emphasis="B", color=COLOURS[tone]) if tone else None)
        self._paper.ln(2)

    def _steps(self, block: Steps) -> None:
        for number, step in enumerate(block.steps, 1):
            for place, line in enumerate(step):
                self._line(f"{number}. {line}".replace("`", "") if place == 0 else line.strip().replace("`", ""), 9)
