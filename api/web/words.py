"""The words for what the register keeps as codes. Source: docs/principles.md 1, 3 and 5, A87."""

from datetime import date

from projections import directory

BANDS = {"GREEN": "Green", "AMBER": "Amber", "RED": "Red", "NOT_RATED": "Not rated"}

STATUSES = {
    "SCORED": "Scored",
    "LOW_SAMPLE": "Too few items",
    "STALE": "Stale",
    "NO_DATA": "No data",
    "NOT_APPLICABLE": "Not applicable",
}

SHORT_TITLES = {
    "P1": "Management",
    "P2": "Values",
    "P3": "Objectives",
    "P4": "Leadership",
    "P5": "Governance",
    "P6": "Competence",
    "P7": "Trust",
    "P8": "Value",
    "P9": "Information",
    "P10": "Risk",
    "P11": "Measurement",
    "P12": "Exit",
}

STAGES = directory.STAGES

GATES = {
    "plan_not_agreed": "Joint plan not agreed",
    "exit_strategy_not_agreed": "Exit strategy not agreed",
    "severe_breach": "Severe information breach",
    "principle_red": "A principle is red",
}

GATE_DETAILS = {
    "plan_not_agreed": "No active party has agreed to the current plan: RM1 is 0.",
    "exit_strategy_not_agreed": "No active party has agreed to the current exit strategy: EX1 is 0.",
    "severe_breach": "A breach of severity 1 was reported within the last 365 days.",
    "principle_red": "At least one rated principle scores in the red band.",
}

TRENDS = {"UP": "up", "DOWN": "down", "FLAT": "flat", "UNKNOWN": "unknown"}

CONFIDENCE = {
    "HIGH": "At least 80 % of the weight is scored and 60 % of the year's entries are countersigned.",
    "MEDIUM": "Neither high nor low: part of the weight is not scored or part of the entries not countersigned.",
    "LOW": "Less than half of the weight is scored, or under 20 % of the year's entries are countersigned.",
}

REASONS = {
    "withdrawn": "withdrawn by all in time",
    "cancelled": "cancelled by all in time",
    "reversed": "reversed",
    "risk_closed": "its risk was closed before it fell due",
    "request_withdrawn": "the request was withdrawn in time",
    "declined_permitted": "declined on a permitted ground",
    "not_agreed": "not agreed by everyone it needed",
    "late_replan": "moved after its due date, so the date scored stays",
    "too_few_respondents": "fewer than three respondents of a party",
    "stale_round": "the round is too old to be scored",
    "not_due": "not due yet, or its limit is still to come",
    "left_party": "of a party that has left",
    "duplicate_answer": "replaced by a later answer of the same respondent",
}

KINDS = {
    "A": "artefact: missing once it applies, it counts as 0",
    "R": "ratio over opportunities: without any there is no data",
    "G": "age: without the document there is no data, so that a gap is not punished twice",
    "S": "survey: a party's result exists with three respondents or more",
    "M": "money or exposure",
}

JUDGEMENT = "A judgement of ours, without a public source: a default, not a norm."

SOURCES = {
    "S9": "ISO 44001 practice guides on classifying information",
    "S10": "Institute for Collaborative Working, SME scheme, list of evidence",
    "S11": "Network Rail, joint relationship management plan template, 2012",
    "S12": "SC21 relationship management toolkit",
    "S14": "SC21 RelEx",
    "S15": "P. Simoons, alliance health check: ratings and averages",
    "S16": "P. Simoons, alliance health check: every 6 to 12 months",
    "S17": "Alliance Best Practice benchmark",
    "S18": "Lawrence 2005, The case for measuring supplier satisfaction",
    "S20": "State of Flux SRM survey 2024",
    "S21": "Exit-management clauses in practice: plan within three months, annual review",
    "S22": "Exit-management clauses in practice",
    "S23": "Last Planner, percent plan complete",
    "S24": "Percent plan complete over 400 weekly plans: 54 %",
    "S25": "Percent plan complete of 70 to 75 % called high-performing",
    "S26": "Criticism of percent plan complete as a target",
    "S28": "Painshare and gainshare practice",
    "S29": "Guides to the content of exit plans",
    "X1": "Arithmetic of published on-time statistics",
    "X2": "Arithmetic of major-project variance",
}


def plain(code: str) -> str:
    """`joint_venture` as "joint venture", `commitment.fulfilled` as "commitment fulfilled"."""
    return code.replace("_", " ").replace(".", " ")


def sentence(code: str) -> str:
    """The same with a capital letter."""
    text = plain(code)
    return text[:1].upper() + text[1:]


def day(value: date) -> str:
    """20 Nov 2026"""
    return f"{value.day} {value:%b %Y}"


def number_of(count: int, noun: str) -> str:
    """1 entry, 2 entries"""
    if count == 1:
        return f"1 {noun}"
    return f"{count} {noun[:-1]}ies" if noun.endswith("y") and noun != "day" else f"{count} {noun}s"


def sources(tags: str) -> list[tuple[str, str]]:
    """Each tag of an indicator's source with what it stands for."""
    found = []
    for part in tags.split(", "):
        tag, _, remark = part.partition(" (")
        detail = f" ({remark}" if remark else ""
        if tag == "J":
            found.append(("J", JUDGEMENT + (f" {detail.strip()}" if detail else "")))
        elif tag.startswith("TR cl."):
            found.append(
                (tag, f"Derived from clause {tag.removeprefix('TR cl.').strip()} of ISO/TR 44000:2019{detail}")
            )
        else:
            found.extend((one, SOURCES.get(one, "") + detail) for one in _each(tag))
    return found


def _each(tag: str) -> list[str]:
    """S23-S25 as S23, S24, S25."""
    first, _, last = tag.partition("-")
    if not last:
        return [tag]
    letter, start, end = first[0], int(first[1:]), int(last[1:])
    return [f"{letter}{n}" for n in range(start, end + 1)]
