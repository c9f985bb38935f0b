"""Small drawings as geometry; the templates turn it into SVG.

Horizontal places are percentages of the drawing's width, so that it fits any width without being distorted.
"""

from collections.abc import Sequence
from datetime import date

from msgspec import Struct

from api.web.figures import scaled


class Scale(Struct, frozen=True, kw_only=True):
    """A value on the way from its floor to its target, in percent of the drawing's width."""

    floor: float
    target: float
    value: float | None


class Point(Struct, frozen=True, kw_only=True):
    """A score at a date; `y` counts from the top. None where there was no score."""

    on: date
    score: str | None
    band: str
    x: float
    y: float | None


class History(Struct, frozen=True, kw_only=True):
    """A score over time. `lines`: unbroken runs of points, each as the path of a polyline."""

    points: tuple[Point, ...]
    lines: tuple[str, ...]
    amber_y: float
    green_y: float

    @property
    def last(self) -> Point | None:
        return next((p for p in reversed(self.points) if p.y is not None), None)


WIDTH, HEIGHT, MARGIN = 240.0, 64.0, 5.0
INSET = 12.0


def scale(value: str | None, floor: int, target: int) -> Scale:
    """Floor at the left and target at the right, whichever is larger; what lies outside stands at the edge."""
    if value is None:
        return Scale(floor=INSET, target=100 - INSET, value=None)
    share = (scaled(value) - floor) / (target - floor)
    place = INSET + share * (100 - 2 * INSET)
    return Scale(floor=INSET, target=100 - INSET, value=round(min(98.5, max(1.5, place)), 2))


def history(scores: Sequence[tuple[date, str | None, str]], amber_from: str, green_from: str) -> History:
    """Scores from 0 to 100, oldest first, evenly spaced: (date, score, band)."""
    step = (WIDTH - 2 * MARGIN) / max(1, len(scores) - 1)
    points = tuple(
        Point(on=on, score=score, band=band, x=round(MARGIN + n * step, 1), y=None if score is None else _y(score))
        for n, (on, score, band) in enumerate(scores)
    )
    runs: list[list[Point]] = [[]]
    for point in points:
        if point.y is None:
            runs.append([])
        else:
            runs[-1].append(point)
    lines = tuple(" ".join(f"{p.x},{p.y}" for p in run) for run in runs if len(run) > 1)
    return History(points=points, lines=lines, amber_y=_y(amber_from), green_y=_y(green_from))


def _y(score: str) -> float:
    return round(MARGIN + (HEIGHT - 2 * MARGIN) * (1 - scaled(score) / 10_000), 1)


def months_back(last: date, count: int) -> list[date]:
    """The day itself and the same day of the months before it, oldest first; in short months their last day."""
    found = []
    for back in range(count, -1, -1):
        year, month = divmod(last.year * 12 + last.month - 1 - back, 12)
        found.append(_day_in(year, month + 1, last.day))
    return found


def _day_in(year: int, month: int, day: int) -> date:
    while True:
        try:
            return date(year, month, day)
        except ValueError:
            day -= 1
