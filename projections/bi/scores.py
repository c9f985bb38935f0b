"""Scores, day by day and month by month, and which entry counted where."""

from projections.bi.columns import Field, day, decimal, flag, ident, text, whole
from projections.bi.dimensions import RELATIONSHIP_KEY
from projections.bi.tables import kept

LATEST, MONTH_END = "latest", "month_end"
_WHEN = (
    text("period", "`latest`, or the month, as in 2026-03."),
    text(
        "snapshot",
        "`latest`: as at the relationship's present day; `month_end`: as at the last day of a month. Every sum must "
        "keep to one of the two.",
    ),
    day("as_of", "The day that is scored."),
)
_WHERE = (
    ident("relationship_id", "The relationship."),
    RELATIONSHIP_KEY,
)
_HOW = (
    whole("policy_version", "The version of the scoring policy: a row of dim_policy."),
    whole("stage", "The stage of the life cycle on the day: a row of dim_stage."),
)
_SCORE = decimal("score", 2, "0 to 100; empty where it is not rated. Never to be summed.", optional=True, unit="points")


def _published(*fields: Field) -> tuple[Field, ...]:
    """What a month-end row said when the month ended, beside what it says now."""
    return (
        whole(
            "published_known_at",
            "The position of the log when the month ended; empty where the relationship was not recorded yet, and for "
            "`latest`.",
            optional=True,
        ),
        *fields,
        flag("is_restated", "Whether entries recorded since then have changed any of what was published."),
    )


_PUBLISHED_SCORE = decimal("published_score", 2, "The score as it was when the month ended.", optional=True)
_PUBLISHED_BAND = text("published_band", "The band as it was when the month ended.", optional=True)
_PUBLISHED_COVERAGE = decimal(
    "published_coverage", 4, "The coverage as it was when the month ended.", optional=True, added=True
)

FACT_RELATIONSHIP_SCORE = kept(
    "fact_relationship_score",
    "The score of one relationship on one day, in the view that the partners share.",
    ("relationship_id", "period"),
    (
        *_WHERE,
        *_WHEN,
        *_HOW,
        _SCORE,
        text("band", "RED, AMBER, GREEN or NOT_RATED, after the gates."),
        decimal("coverage", 4, "The share of applicable weight that is scored, 0 to 1."),
        text("confidence", "HIGH, MEDIUM or LOW."),
        whole("rated_principles", "How many of the twelve principles are rated."),
        text("trend", "UP, DOWN, FLAT or UNKNOWN against 90 days before."),
        decimal("trend_delta", 2, "The change of the score in 90 days.", optional=True, unit="points"),
        text("gates", "The gates that are closed, separated by blanks.", optional=True),
        decimal("sensitivity_low", 2, "The lowest score with one principle's weight halved or doubled.", optional=True),
        decimal("sensitivity_high", 2, "The highest such score.", optional=True),
        text("digest", "The digest of the whole scorecard (docs/contract.md 6), for `latest`.", optional=True),
        *_published(_PUBLISHED_SCORE, _PUBLISHED_BAND, _PUBLISHED_COVERAGE),
    ),
    "relationship",
    "relationship_id",
)
FACT_PRINCIPLE_SCORE = kept(
    "fact_principle_score",
    "The score of one principle of one relationship on one day.",
    ("relationship_id", "principle_id", "period"),
    (
        *_WHERE,
        text("principle_id", "The principle: a row of dim_principle."),
        *_WHEN,
        *_HOW,
        _SCORE,
        text("band", "RED, AMBER, GREEN or NOT_RATED."),
        decimal("coverage", 4, "The share of applicable weight that is scored, 0 to 1."),
        decimal("weight", 2, "The principle's weight in the relationship's score."),
        decimal(
            "contribution",
            2,
            "The principle's part of the relationship's score.",
            optional=True,
            additive=True,
            unit="points",
        ),
        text("trend", "UP, DOWN, FLAT or UNKNOWN against 90 days before."),
        decimal("trend_delta", 2, "The change of the score in 90 days.", optional=True, unit="points"),
        *_published(_PUBLISHED_SCORE, _PUBLISHED_BAND, _PUBLISHED_COVERAGE),
    ),
    "relationship",
    "relationship_id",
)
FACT_INDICATOR_SCORE = kept(
    "fact_indicator_score",
    "One indicator of one relationship on one day. Never average values: divide the sums of their two parts.",
    ("relationship_id", "indicator_id", "period"),
    (
        *_WHERE,
        text("indicator_id", "The indicator: a row of dim_indicator."),
        text("principle_id", "Its principle: a row of dim_principle."),
        *_WHEN,
        *_HOW,
        text("status", "SCORED, LOW_SAMPLE, STALE, NO_DATA or NOT_APPLICABLE."),
        decimal("value", 4, "What was measured; empty where there is nothing.", optional=True),
        decimal(
            "numerator",
            4,
            "Its numerator; money in the relationship's currency.",
            optional=True,
            additive=True,
        ),
        decimal("denominator", 4, "Its denominator.", optional=True, additive=True),
        _SCORE,
        decimal("weight", 2, "The indicator's weight in its principle."),
        decimal(
            "contribution",
            2,
            "The indicator's part of its principle's score.",
            optional=True,
            additive=True,
            unit="points",
        ),
        *_published(
            text("published_status", "The status as it was when the month ended.", optional=True),
            decimal("published_value", 4, "The value as it was when the month ended.", optional=True),
            decimal(
                "published_numerator",
                4,
                "The numerator as it was when the month ended.",
                optional=True,
                additive=True,
                added=True,
            ),
            decimal(
                "published_denominator",
                4,
                "The denominator as it was when the month ended.",
                optional=True,
                additive=True,
                added=True,
            ),
            _PUBLISHED_SCORE,
        ),
    ),
    "relationship",
    "relationship_id",
)
FACT_CONTRIBUTION = kept(
    "fact_contribution",
    "One entry that an indicator counted or left out on the latest day.",
    ("relationship_id", "indicator_id", "position", "reason"),
    (
        ident("relationship_id", "The relationship."),
        text("indicator_id", "The indicator: a row of dim_indicator."),
        whole("position", "The entry: a row of event_fact."),
        text("reason", "`counted`, or why the entry was left out."),
        whole("entries", "1: summed, the number of entries.", additive=True),
    ),
    "relationship",
    "relationship_id",
)
SCORES = (FACT_RELATIONSHIP_SCORE, FACT_PRINCIPLE_SCORE, FACT_INDICATOR_SCORE, FACT_CONTRIBUTION)
