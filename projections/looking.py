"""What is asked of the journal other than scorecards: one row of `scope` for each question."""

import json
from collections.abc import Sequence
from typing import Any

from projections import days
from projections.indicators import INDICATORS
from projections.scorecards.question import Question

_WINDOWS = {f"w_{indicator.id}": indicator.window for indicator in INDICATORS}
"""Relations that indicators share with others name windows, which matter to the indicators alone."""


def parameters(questions: Sequence[Question]) -> dict[str, Any]:
    """The parameters of a statement over `scope`: question number n has q = n."""
    rows = [
        [n, str(q.relationship_id), days.number(q.as_of), q.known_at, q.party and str(q.party)]
        for n, q in enumerate(questions)
    ]
    return {**_WINDOWS, "scope": json.dumps(rows)}
