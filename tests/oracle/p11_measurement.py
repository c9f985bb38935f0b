"""P11: MO1 to MO5 (docs/principles.md A70 to A72)."""

from datetime import date, timedelta

from oracle import rounds
from oracle.arithmetic import ONE, ratio
from oracle.facts import Facts
from oracle.found import DueItem, Found, Setting, answered_items, kept_in_time
from oracle.rounds import Round
from oracle.versions import aged


def _first_day_at_stage_7(facts: Facts) -> date:
    """The first day of the unbroken run of days at stage ≥ 7 that ends on T."""
    first = facts.today
    while facts.stage(first - timedelta(days=1)) >= 7:
        first -= timedelta(days=1)
    return first


def mo1(facts: Facts, setting: Setting) -> Found:
    found = Found()
    since = _first_day_at_stage_7(facts)
    newest: Round | None = None
    for round_ in rounds.closed_rounds(facts):
        if sum(1 for p in facts.parties if len(round_.of_party(p)) >= 3) >= 2:
            newest = round_
            break
        found.leave_out(round_.opened, "too_few_respondents")
    if newest is not None and newest.closed.on >= since:
        found.count(newest.opened, newest.closed)
        return aged(found, facts.age(newest.closed.on))
    entered = [
        e for e in facts.of("lifecycle.stage_entered") if e.on <= since and e.data["gate"] in ("proceed", "return")
    ]
    found.count(entered[-1])
    return aged(found, facts.age(since))


def mo2(facts: Facts, setting: Setting) -> Found:
    found = Found()
    for round_ in rounds.closed_rounds(facts):
        ranged = [p for p in facts.parties if facts.is_active(p, round_.opened.on)]
        if not ranged:
            found.leave_out(round_.opened, "left_party")
            continue
        lowest: tuple[int, int, int] | None = None
        for party in ranged:
            invited = int(round_.opened.data["invited"].get(party, 0))
            responded = min(len(round_.of_party(party)), invited)
            # of equal shown ratios the one with the larger d
            candidate = (ratio(responded, invited) if invited else 0, -invited, responded)
            if lowest is None or candidate < lowest:
                lowest = candidate
        assert lowest is not None
        found.value, found.n, found.d = lowest[0], lowest[2] * ONE, -lowest[1] * ONE
        found.stale = facts.age(round_.closed.on) > setting.window
        if found.stale:
            found.leave_out(round_.opened, "stale_round")
        found.count(round_.opened, round_.closed)
        for answer in round_.answers:
            if answer.data["party"] in ranged:
                found.count(answer)
            else:
                found.leave_out(answer, "left_party")
        for answer in round_.replaced:
            found.leave_out(answer, "duplicate_answer")
        break
    return found


def mo3(facts: Facts, setting: Setting) -> Found:
    return rounds.newest_usable(facts, setting.window, rounds.all_questions, rounds.gap)


def mo4(facts: Facts, setting: Setting) -> Found:
    items = answered_items(facts, "improvement_action.raised", "due_on", "improvement_action.completed", "action_id")
    return kept_in_time(facts, setting.window, items)


def mo5(facts: Facts, setting: Setting) -> Found:
    items = []
    for raised in facts.of("improvement_action.raised"):
        of_it = {"action_id": raised.data["action_id"]}
        completed = facts.first("improvement_action.completed", **of_it)
        if completed is not None:
            verified = facts.last("improvement_action.verified", **of_it)
            worked = verified is not None and verified.data["effective"] is True
            items.append(DueItem(completed, completed.on + timedelta(days=90), worked, [verified]))
    return kept_in_time(facts, setting.window, items)
