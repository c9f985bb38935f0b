"""IK1 and IK5: requests answered by the day needed, lessons put to use. Rules: docs/principles.md A4, A61."""

from typing import Any

from story import NO_DATA, NOT_APPLICABLE, Story, Tell, uid


def request(s: Story, name: str, needed_by: str, on: str = "2024-12-01", own: bool = False) -> int:
    asked: dict[str, Any] = {"by_party": "b", "from_party": uid("a"), "topic": "x", "needed_by": needed_by}
    return s.add("information.requested", on, "b", own=own, request_id=name, **asked)


def reply(request_name: str) -> dict[str, Any]:
    about: dict[str, Any] = {"answers_request": request_name, "contains_personal_data": False}
    return {"share_id": f"to {request_name}", "from_party": uid("a"), "to_parties": ["b"], "topic": "x", **about}


def answer(s: Story, request_name: str, on: str) -> int:
    return s.add("knowledge.shared", on, **reply(request_name))


def withdraw(s: Story, name: str, on: str) -> int:
    return s.add("information.request_withdrawn", on, "b", request_id=name)


def decline(s: Story, name: str, on: str, permitted: bool) -> int:
    return s.add("information.request_declined", on, request_id=name, ground="secret", permitted=permitted)


# IK1


def test_a_request_is_judged_the_day_after_it_was_needed(tell: Tell) -> None:
    s = tell()
    request(s, "o", "2025-01-01")  # the last day before the window
    first = [request(s, "p", "2025-01-02"), answer(s, "p", "2025-01-02")]
    late = [request(s, "q", "2025-06-01"), answer(s, "q", "2025-06-02")]
    last = request(s, "r", "2025-06-30")
    pending = request(s, "s", "2025-07-01")
    answer(s, "s", "2025-03-01")
    assert s.figures("IK1") == ("SCORED", "0.3333", "1.0000", "3.0000")
    assert s.score("IK1") == "0.00"
    assert s.evidence("IK1") == ([*first, *late, last], [(pending, "not_due")])
    assert s.figures("IK1", "2025-07-02") == ("SCORED", "0.3333", "1.0000", "3.0000")


def test_the_first_answer_counts(tell: Tell) -> None:
    s = tell()
    s.policy(IK1={"min_n": 1})
    asked = request(s, "p", "2025-06-01")
    later = s.add("knowledge.shared", "2025-05-31", **{**reply("p"), "share_id": "second"})
    sooner = answer(s, "p", "2025-05-30")
    assert s.evidence("IK1") == ([asked, sooner], [])
    s.void(sooner)
    assert s.evidence("IK1") == ([asked, later], [])
    assert s.score("IK1") == "100.00"


def test_a_request_withdrawn_in_time_and_not_after_its_answer_does_not_count(tell: Tell) -> None:
    s = tell()
    s.policy(IK1={"min_n": 1})
    in_time = request(s, "p", "2025-06-01")
    withdraw(s, "p", "2025-06-01")
    too_late = request(s, "q", "2025-06-01")
    withdraw(s, "q", "2025-06-02")
    same_day = request(s, "r", "2025-06-01")
    answer(s, "r", "2025-05-10")
    withdraw(s, "r", "2025-05-10")
    after = [request(s, "s", "2025-06-01"), answer(s, "s", "2025-05-10")]
    withdraw(s, "s", "2025-05-11")
    assert s.figures("IK1") == ("SCORED", "0.5000", "1.0000", "2.0000")
    left_out = [(in_time, "request_withdrawn"), (same_day, "request_withdrawn")]
    assert s.evidence("IK1") == ([too_late, *after], left_out)
    pending = request(s, "t", "2025-07-01")
    withdraw(s, "t", "2025-06-01")
    assert s.evidence("IK1")[1] == [*left_out, (pending, "request_withdrawn")]


def test_only_a_permitted_refusal_in_time_excuses(tell: Tell) -> None:
    s = tell()
    permitted = request(s, "p", "2025-06-01")
    decline(s, "p", "2025-06-01", permitted=True)
    not_permitted = request(s, "q", "2025-06-01")
    refused = decline(s, "q", "2025-06-01", permitted=False)
    too_late = request(s, "r", "2025-06-01")
    decline(s, "r", "2025-06-02", permitted=True)
    assert s.figures("IK1") == ("LOW_SAMPLE", "0.0000", "0.0000", "2.0000")
    assert s.evidence("IK1") == ([not_permitted, too_late], [(permitted, "declined_permitted")])
    s.correct(refused, request_id="q", ground="law", permitted=True)
    assert s.figures("IK1") == ("LOW_SAMPLE", "0.0000", "0.0000", "1.0000")
    assert s.figures("IK1", known_at=refused + 2) == ("LOW_SAMPLE", "0.0000", "0.0000", "2.0000")


def test_no_request_due_is_no_data_and_none_answered_zero(tell: Tell) -> None:
    s = tell()
    assert s.figures("IK1") == NO_DATA
    request(s, "p", "2025-07-01")
    withdrawn = request(s, "q", "2025-06-01")
    withdraw(s, "q", "2025-05-01")
    assert s.figures("IK1") == NO_DATA
    assert s.evidence("IK1") == ([], [(withdrawn - 1, "not_due"), (withdrawn, "request_withdrawn")])
    for name in "rst":
        request(s, name, "2025-06-01")
    assert s.figures("IK1") == ("SCORED", "0.0000", "0.0000", "3.0000")


def test_an_answer_recorded_late_counts_from_its_own_day_once_it_is_known(tell: Tell) -> None:
    s = tell()
    s.policy(IK1={"min_n": 1})
    asked = request(s, "p", "2025-06-01")
    answered = answer(s, "p", "2025-06-01")
    assert s.figures("IK1", known_at=asked) == ("SCORED", "0.0000", "0.0000", "1.0000")
    assert s.figures("IK1") == ("SCORED", "1.0000", "1.0000", "1.0000")
    corrected = s.correct(answered, "2025-06-02", **reply("p"))
    assert s.figures("IK1") == ("SCORED", "0.0000", "0.0000", "1.0000")
    assert s.evidence("IK1") == ([asked, answered, corrected], [])
    moved: dict[str, Any] = {"by_party": "b", "from_party": uid("a"), "topic": "x", "needed_by": "2025-06-02"}
    s.correct(asked, **moved)
    assert s.figures("IK1") == ("SCORED", "1.0000", "1.0000", "1.0000")
    assert s.figures("IK1", known_at=corrected) == ("SCORED", "0.0000", "0.0000", "1.0000")


def test_a_private_request_counts_in_the_view_of_its_party_alone(tell: Tell) -> None:
    s = tell()
    s.policy(IK1={"min_n": 1})
    request(s, "p", "2025-06-01", own=True)
    assert s.figures("IK1") == NO_DATA
    assert s.figures("IK1", party="a") == NO_DATA
    assert s.figures("IK1", party="b") == ("SCORED", "0.0000", "0.0000", "1.0000")


# IK5


def learn(s: Story, name: str, on: str) -> int:
    return s.add("lesson.recorded", on, lesson_id=name, title="x")


def apply(s: Story, name: str, on: str, where: str = "line 1") -> int:
    return s.add("lesson.applied", on, lesson_id=name, where_applied=where)


def test_a_lesson_is_judged_the_day_after_its_180_days_have_ended(tell: Tell) -> None:
    s = tell()
    learn(s, "o", "2024-01-02")  # limit 2024-06-30, the last day before the window
    first = learn(s, "p", "2024-01-03")
    in_time = [learn(s, "q", "2025-01-01"), apply(s, "q", "2025-06-30")]  # limit 2025-06-30
    too_late = [learn(s, "r", "2024-12-01"), apply(s, "r", "2025-05-31")]  # limit 2025-05-30
    pending = learn(s, "s", "2025-01-02")  # limit 2025-07-01
    apply(s, "s", "2025-01-03")
    assert s.figures("IK5") == ("SCORED", "0.3333", "1.0000", "3.0000")
    assert s.score("IK5") == "26.66"
    assert s.evidence("IK5") == ([first, *in_time, *too_late], [(pending, "not_due")])
    assert s.figures("IK5", "2025-07-02") == ("SCORED", "0.6667", "2.0000", "3.0000")


def test_the_first_use_of_a_lesson_counts_for_those_who_know_it(tell: Tell) -> None:
    s = tell()
    s.policy(IK5={"min_n": 1})
    assert s.figures("IK5") == NO_DATA
    learned = learn(s, "p", "2024-12-01")
    used = apply(s, "p", "2025-06-01", "line 2")
    assert s.figures("IK5") == ("SCORED", "0.0000", "0.0000", "1.0000")
    sooner = apply(s, "p", "2025-01-01")
    assert s.figures("IK5") == ("SCORED", "1.0000", "1.0000", "1.0000")
    assert s.evidence("IK5") == ([learned, sooner], [])
    assert s.evidence("IK5", known_at=used) == ([learned, used], [])
    corrected = s.correct(sooner, "2025-06-02", lesson_id="p", where_applied="line 1")
    assert s.evidence("IK5") == ([learned, used], [])
    s.void(corrected)
    assert s.evidence("IK5") == ([learned, sooner], [])
    s.void(sooner)
    s.void(used)
    assert s.figures("IK5") == ("SCORED", "0.0000", "0.0000", "1.0000")


def test_information_indicators_want_two_parties_and_can_be_switched_off(tell: Tell) -> None:
    s = tell()
    indicators = ("IK1", "IK2", "IK3", "IK4", "IK5")
    learn(s, "p", "2024-12-01")
    request(s, "p", "2025-06-01")
    answer(s, "p", "2025-06-01")
    s.add("relationship.party_left", "2025-07-01", party="b")
    for indicator in indicators:
        assert s.figures(indicator, "2025-06-30") != NOT_APPLICABLE
        assert s.figures(indicator) == NOT_APPLICABLE
        assert s.evidence(indicator) == ([], [])
    s.policy(**{indicator: {"enabled": False} for indicator in indicators})
    for indicator in indicators:
        assert s.figures(indicator, "2025-06-30") == NOT_APPLICABLE
