"""P6: CB1 to CB4 (docs/principles.md A51, A52)."""

from collections.abc import Iterator

from oracle.arithmetic import mean, ratio
from oracle.entries import Entry, day
from oracle.facts import Facts
from oracle.found import Found, Setting, answered_items, kept_in_time, missing, quotient
from oracle.roles import in_office

Pair = tuple[Entry, Entry, Entry | None]
"""A role in office, what is required of it, and its assessment where valid at T."""


def _pairs(facts: Facts) -> Iterator[Pair]:
    for assigned in facts.of("role.assigned"):
        if not in_office(facts, assigned, facts.today):
            continue
        required = {e.data["competence"]: e for e in facts.of("competence.required", role=assigned.data["role"])}
        for competence, requirement in required.items():
            assessed = facts.last("competence.assessed", role_id=assigned.data["role_id"], competence=competence)
            is_valid = assessed is not None and facts.today <= day(assessed.data["valid_until"])
            yield assigned, requirement, assessed if is_valid else None


def cb1(facts: Facts, setting: Setting) -> Found:
    found = Found()
    n = d = 0
    for assigned, requirement, assessed in _pairs(facts):
        d += 1
        n += assessed is not None
        found.count(assigned, requirement, assessed)
    return quotient(found, n, d) if d > 0 else missing(found, 0)


def cb2(facts: Facts, setting: Setting) -> Found:
    found = Found()
    n = d = 0
    for assigned, requirement, assessed in _pairs(facts):
        if assessed is None:
            continue
        d += 1
        n += assessed.data["level"] >= requirement.data["level"]
        found.count(assigned, requirement, assessed)
    return quotient(found, n, d)


def cb3(facts: Facts, setting: Setting) -> Found:
    items = answered_items(facts, "development_action.agreed", "due_on", "development_action.completed", "action_id")
    return kept_in_time(facts, setting.window, items)


def cb4(facts: Facts, setting: Setting) -> Found:
    found = Found()
    last: dict[tuple[str, str, str], Entry] = {}
    for rating in facts.of("behaviour.rated"):
        if facts.age(rating.on) > setting.window:
            continue
        rater = (rating.data["about_party"], rating.data["by_party"], rating.data["respondent"])
        if rater in last:
            found.leave_out(last[rater], "duplicate_answer")
        last[rater] = rating

    ratings: dict[tuple[str, str], list[Entry]] = {}
    for (about, by, _), rating in last.items():
        if about not in facts.parties or by not in facts.parties:
            found.leave_out(rating, "left_party")
        elif about != by:
            ratings.setdefault((about, by), []).append(rating)

    means: dict[str, list[int]] = {p: [] for p in facts.parties}
    for (about, _), given in ratings.items():
        if len(given) >= 3:
            means[about].append(ratio(sum(r.data["rating"] for r in given), len(given)))
            found.count(*given)
        else:
            for rating in given:
                found.leave_out(rating, "too_few_respondents")
    if all(means[p] for p in facts.parties):
        found.value = min(mean(means[p]) for p in facts.parties)
    return found
