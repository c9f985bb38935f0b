"""docs/reference/indicators.md: the twelve principles and their indicators, from the code that measures them."""

from __future__ import annotations

from projections.indicators import INDICATORS, PRINCIPLES, Principle
from projections.indicators.definition import Indicator
from projections.scorecards.scorecard import fixed
from references.markdown import page_of, table

KINDS = {
    "A": "artefact: what is missing once applicable counts as 0",
    "R": "ratio over opportunities: without any there is no data",
    "G": "age: without the artefact there is no data, so that a gap is not punished twice",
    "S": "survey: parties weigh equally; 3 respondents of a party at least",
    "M": "money or exposure",
}
NO_WINDOW = {"EX5": "life of the exit", "VC1": "life to date", "VC2": "life to date"}
INTRODUCTION = f"""
The {len(INDICATORS)} indicators of the twelve principles, as the code has them: the rules in full are in
[principles.md](../principles.md), the entries that each one lists in [evidence.md](../evidence.md).

An indicator's value x becomes a score by its two goalposts: 100 × (x − floor) / (target − floor), kept between 0
and 100; where less is better the floor is the higher of the two. A value in fewer than `min_n` items is shown and
not scored. Windows are days up to the date of the scorecard; `point` means that the state on that date counts.
Floors, targets, weights and windows are the defaults of version 0: a published scoring policy may change them. They
are defaults, not norms; a source J is a judgement of ours, TR cl. n says from which clause of ISO/TR 44000:2019 the
indicator is derived, and the other tags are explained in section 5 of principles.md.
"""


def page() -> str:
    kinds = table(["kind", "meaning"], KINDS.items())
    return page_of("Indicators", INTRODUCTION, kinds, *(section(principle) for principle in PRINCIPLES))


def section(principle: Principle) -> str:
    rows = [
        [
            f"[{i.id}](#{i.id.lower()})",
            i.title,
            i.kind,
            i.unit,
            "↑" if i.higher_is_better else "↓",
            f"{plain(i.floor)} → {plain(i.target)}",
            window(i),
            str(i.min_n) if i.kind in "ARG" else "",
            str(i.from_stage),
            plain(i.weight * 100),
        ]
        for i in principle.indicators
    ]
    columns = ["id", "indicator", "kind", "unit", "better", "floor → target", "window", "min_n", "from stage", "weight"]
    return "\n\n".join(
        [
            f"## {principle.id} {principle.title}",
            f"Clause {principle.clause}. {principle.purpose}",
            table(columns, rows),
            *(details(i) for i in principle.indicators),
        ]
    )


def details(i: Indicator) -> str:
    return f"### {i.id}\n\n**{i.title}.** {i.formula}.\n\nNo data: {i.no_data}. Source: {i.source}."


def window(i: Indicator) -> str:
    return f"{i.window} days" if i.window else NO_WINDOW.get(i.id, "point")


def plain(ten_thousandths: int) -> str:
    """Without trailing zeros."""
    text = str(fixed(ten_thousandths, 4)).rstrip("0").rstrip(".")
    return text or "0"
