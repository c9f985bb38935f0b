"""Health-check rounds: who answered, which round is used (docs/principles.md A18 to A23, A53, A98)."""

from collections.abc import Callable
from dataclasses import dataclass

from oracle.arithmetic import mean, ratio
from oracle.entries import Entry
from oracle.facts import Facts
from oracle.found import Found


@dataclass
class Round:
    """A closed round with each respondent's last answer and the answers these replaced."""

    opened: Entry
    closed: Entry
    answers: list[Entry]
    replaced: list[Entry]

    def of_party(self, party: str) -> list[Entry]:
        return [a for a in self.answers if a.data["party"] == party]


Relevant = Callable[[Round], list[str]]
Result = tuple[int | None, list[Entry]]
"""A value where the round can be used, and the answers that made it."""
Compute = Callable[[Facts, Round, list[str]], Result]

RECOMMEND = "recommend"


def closed_rounds(facts: Facts) -> list[Round]:
    """Newest first, by the closing."""
    found = []
    for closed in reversed(facts.of("health_check.closed")):
        opened = facts.of("health_check.opened", check_id=closed.data["check_id"])[0]
        last: dict[tuple[str, str], Entry] = {}
        replaced = []
        for answer in facts.of("health_check.answered", check_id=closed.data["check_id"]):
            respondent = (answer.data["party"], answer.data["respondent"])
            if respondent in last:
                replaced.append(last[respondent])
            last[respondent] = answer
        found.append(Round(opened, closed, list(last.values()), replaced))
    return found


def values_questions(round_: Round) -> list[str]:
    return [q["key"] for q in round_.opened.data["questions"] if q["principle"] == "P2"]


def all_questions(round_: Round) -> list[str]:
    return [q["key"] for q in round_.opened.data["questions"]]


def recommendation(round_: Round) -> list[str]:
    return [RECOMMEND]


def _given(answer: Entry, question: str) -> int | None:
    value = answer.data.get(RECOMMEND) if question == RECOMMEND else answer.data["answers"].get(question)
    return None if value is None else int(value)


def _two_sided(facts: Facts, round_: Round, question: str) -> dict[str, list[Entry]]:
    """The answers to a question of each party of P with at least 3; none unless 2 parties have them."""
    answers = {}
    for party in facts.parties:
        given = [a for a in round_.of_party(party) if _given(a, question) is not None]
        if len(given) >= 3:
            answers[party] = given
    return answers if len(answers) >= 2 else {}


def _over_questions(
    facts: Facts, round_: Round, questions: list[str], of_question: Callable[[list[int]], int]
) -> Result:
    values, used = [], []
    for question in questions:
        answers = _two_sided(facts, round_, question)
        if answers:
            means = [ratio(sum(_given(a, question) or 0 for a in given), len(given)) for given in answers.values()]
            values.append(of_question(means))
            used += [a for given in answers.values() for a in given]
    return (mean(values) if values else None), used


def level(facts: Facts, round_: Round, questions: list[str]) -> Result:
    """VV2: the mean over questions of the mean over parties."""
    return _over_questions(facts, round_, questions, mean)


def gap(facts: Facts, round_: Round, questions: list[str]) -> Result:
    """VV3, MO3: the mean over questions of the widest difference between parties."""
    return _over_questions(facts, round_, questions, lambda means: max(means) - min(means))


def net_score(facts: Facts, round_: Round, questions: list[str]) -> Result:
    """TC4: the mean over parties of the share of 9 and 10 less the share of 0 to 6, times 100."""
    answers = _two_sided(facts, round_, RECOMMEND)
    scores = []
    for given in answers.values():
        marks = [_given(a, RECOMMEND) or 0 for a in given]
        high = ratio(sum(1 for m in marks if m >= 9), len(marks))
        low = ratio(sum(1 for m in marks if m <= 6), len(marks))
        scores.append((high - low) * 100)
    return (mean(scores) if scores else None), [a for given in answers.values() for a in given]


def newest_usable(facts: Facts, window: int, relevant: Relevant, compute: Compute) -> Found:
    """The newest closed round that can be used, scored when not older than the window, else STALE."""
    found = Found()
    for round_ in closed_rounds(facts):
        questions = relevant(round_)
        value, used = compute(facts, round_, questions)
        if value is None:
            if questions:
                found.leave_out(round_.opened, "too_few_respondents")
            continue
        found.value = value
        found.stale = facts.age(round_.closed.on) > window
        if found.stale:
            found.leave_out(round_.opened, "stale_round")
        found.count(round_.opened, round_.closed, *used)
        for answer in round_.replaced:
            found.leave_out(answer, "duplicate_answer")
        for answer in round_.answers:
            if answer not in used and any(_given(answer, q) is not None for q in questions):
                in_parties = answer.data["party"] in facts.parties
                found.leave_out(answer, "too_few_respondents" if in_parties else "left_party")
        break
    return found
