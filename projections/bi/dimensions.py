"""What the facts are grouped by: relationships, organisations, principles, indicators, policies, stages and days."""

from projections.bi.columns import day, decimal, flag, ident, text, whole
from projections.bi.tables import kept

_RELATIONSHIP = ident("relationship_id", "The relationship.")
_ORGANISATION = ident("organisation_id", "The organisation.")
RELATIONSHIP_KEY = text(
    "relationship_key", "The version of the relationship that holds on the day: a row of dim_relationship."
)

DIM_RELATIONSHIP = kept(
    "dim_relationship",
    "One version of a relationship: how it stood from one day to before another (slowly changing, type 2).",
    ("relationship_id", "valid_from"),
    (
        text("relationship_key", "The version: the relationship's id, a colon and `valid_from`."),
        _RELATIONSHIP,
        text("alias", "The users' own name for it.", optional=True),
        text("name", "Its name, as last corrected."),
        text("form", "Its form, for example `bilateral`."),
        text("currency", "Its currency (ISO 4217), in which every amount of the feed is given."),
        text("time_zone", "The time zone in which its days begin."),
        whole("stage", "Its stage of the life cycle, 1 to 8: a row of dim_stage."),
        text("tier", "Its tier.", optional=True),
        text("status", "`open`, `suspended` or `closed`."),
        day("valid_from", "The first day of the version."),
        day("valid_to", "The day before which it ends; empty for the present version.", optional=True),
        flag("is_current", "Whether this is the present version."),
    ),
    "relationship",
    "relationship_id",
)
BRIDGE_RELATIONSHIP_PARTY = kept(
    "bridge_relationship_party",
    "One unbroken time for which an organisation was an active party of a relationship.",
    ("relationship_id", "organisation_id", "valid_from"),
    (
        _RELATIONSHIP,
        _ORGANISATION,
        day("valid_from", "The day on which it became active."),
        day("valid_to", "The day from which it no longer was; empty while it is.", optional=True),
    ),
    "relationship",
    "relationship_id",
)
DIM_ORGANISATION = kept(
    "dim_organisation",
    "One organisation, as it is known now.",
    ("organisation_id",),
    (
        _ORGANISATION,
        text("alias", "The users' own name for it.", optional=True),
        text("legal_name", "Its legal name."),
        text("country", "Its country (ISO 3166-1)."),
        ident("merged_into", "The organisation that it became part of.", optional=True),
    ),
    "organisation",
)
DIM_PRINCIPLE = kept(
    "dim_principle",
    "One of the twelve principles.",
    ("principle_id",),
    (
        text("principle_id", "P1 to P12."),
        whole("number", "Its number, 1 to 12."),
        text("title", "Its title."),
        text("purpose", "What it is for."),
        whole("clause", "Its clause in ISO/TR 44000:2019."),
    ),
    "everyone",
)
DIM_INDICATOR = kept(
    "dim_indicator",
    "One of the 54 indicators.",
    ("indicator_id",),
    (
        text("indicator_id", "Its id, for example TC1."),
        text("principle_id", "The principle that it belongs to."),
        whole("number", "Its place on the page of definitions, 1 to 54."),
        text("title", "Its title."),
        text("unit", "The unit of its value."),
        text("kind", "A artefact, R ratio over opportunities, G age, S survey, M money or exposure."),
        text("formula", "Numerator and denominator in words."),
        text("no_data", "When there is nothing to measure."),
        flag("higher_is_better", "Whether a greater value makes a better score."),
        whole("from_stage", "The stage of the life cycle from which on it applies."),
    ),
    "everyone",
)
DIM_STAGE = kept(
    "dim_stage",
    "One stage of the life cycle of a relationship.",
    ("stage",),
    (whole("stage", "1 to 8, in order."), text("title", "Its title.")),
    "everyone",
)
DIM_POLICY = kept(
    "dim_policy",
    "One version of the scoring policy; version 0 is the one that comes with the product.",
    ("policy_version",),
    (
        whole("policy_version", "The version."),
        day("effective_from", "The first day that it scores; empty for version 0.", optional=True),
        decimal("amber_from", 2, "The lowest score that is AMBER."),
        decimal("green_from", 2, "The lowest score that is GREEN."),
        flag("gate_plan_not_agreed", "Whether a missing joint plan keeps a relationship from GREEN."),
        flag("gate_exit_strategy_not_agreed", "Whether a missing exit strategy does."),
        flag("gate_severe_breach", "Whether a severe breach within a year does."),
        flag("gate_principle_red", "Whether a RED principle does."),
    ),
    "everyone",
)
BRIDGE_POLICY_INDICATOR = kept(
    "bridge_policy_indicator",
    "How one version of the policy scores one indicator.",
    ("policy_version", "indicator_id"),
    (
        whole("policy_version", "The version of the policy."),
        text("indicator_id", "The indicator."),
        decimal("floor", 4, "The value that scores 0."),
        decimal("target", 4, "The value that scores 100."),
        decimal("weight", 2, "The indicator's weight in its principle."),
        whole("window_days", "The days looked back on, or the age limit; empty where there is none.", optional=True),
        whole("min_n", "The least sample that is scored."),
        flag("enabled", "Whether it is scored at all."),
        decimal("principle_weight", 2, "The weight of its principle in the relationship's score."),
    ),
    "everyone",
)
DIM_DATE = kept(
    "dim_date",
    "One day, from the year of the first fact, at most a hundred years back, to the end of next year.",
    ("date",),
    (
        day("date", "The day."),
        whole("year", "Its year."),
        whole("quarter", "Its quarter, 1 to 4."),
        whole("month", "Its month, 1 to 12."),
        whole("day_of_month", "Its day in the month."),
        whole("iso_year", "The year that its week belongs to (ISO 8601)."),
        whole("iso_week", "Its week (ISO 8601)."),
        whole("weekday", "1 Monday to 7 Sunday."),
        text("year_month", "Year and month, as in 2026-03."),
        flag("is_month_end", "Whether it is the last day of its month: the `as_of` of month-end snapshots."),
    ),
    "everyone",
)
DIMENSIONS = (
    DIM_RELATIONSHIP,
    BRIDGE_RELATIONSHIP_PARTY,
    DIM_ORGANISATION,
    DIM_PRINCIPLE,
    DIM_INDICATOR,
    DIM_STAGE,
    DIM_POLICY,
    BRIDGE_POLICY_INDICATOR,
    DIM_DATE,
)
