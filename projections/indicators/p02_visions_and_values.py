"""P2 Visions and values. Source: docs/principles.md P2, A18 to A23, A35."""

from sqlalchemy.sql.selectable import FromClause

from projections.indicators.definition import Indicator, evidence_of, share_of
from projections.indicators.due_items import answered, judged
from projections.indicators.rounds import VALUES, round_evidence
from projections.indicators.versions import CHARTER

SETTLED_WITHIN = 60
"""Days within which a concern is to be closed."""


def _concerns() -> FromClause:
    return judged(answered("behaviour_concern.raised", "behaviour_concern.closed", days=SETTLED_WITHIN), "VV4")


P2 = (
    Indicator(
        id="VV1",
        title="Charter signed",
        unit="ratio",
        kind="A",
        formula="active parties that signed the highest version of the charter issued / active parties",
        no_data="no charter issued: 0",
        source="S11",
        floor=0,
        target=10_000,
        window=None,
        from_stage=5,
        measure=CHARTER.agreed_share,
        evidence=CHARTER.agreed_evidence,
    ),
    Indicator(
        id="VV2",
        title="Values alignment level",
        unit="rating",
        kind="S",
        formula="mean over the P2 questions of the mean over parties of the party's mean rating (1 to 5), in the "
        "newest closed round in which two active parties have 3 respondents each on such a question",
        no_data="no round that can be used",
        source="S15 (3.2-4.6)",
        floor=20_000,
        target=40_000,
        window=365,
        measure=lambda: VALUES.mean_over_questions("VV2", "level"),
        evidence=lambda: round_evidence("VV2", VALUES),
    ),
    Indicator(
        id="VV3",
        title="Values alignment gap",
        unit="rating",
        kind="S",
        formula="mean over the P2 questions of the highest less the lowest party mean (0 to 4), in the newest closed "
        "round in which two active parties have 3 respondents each on such a question",
        no_data="no round with two such parties",
        source="S12, S15",
        floor=20_000,
        target=5_000,
        window=365,
        measure=lambda: VALUES.mean_over_questions("VV3", "gap"),
        evidence=lambda: round_evidence("VV3", VALUES),
    ),
    Indicator(
        id="VV4",
        title="Concerns settled in 60 days",
        unit="ratio",
        kind="R",
        formula="behaviour concerns closed within 60 days / behaviour concerns whose 60 days ended in the window",
        no_data="none raised",
        source="J",
        floor=5_000,
        target=10_000,
        window=365,
        measure=lambda: share_of(_concerns()),
        evidence=lambda: evidence_of(_concerns(), "made", "answer"),
    ),
)
