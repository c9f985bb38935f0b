"""Issues: limits, escalation, reopening."""

from datetime import date
from uuid import UUID

from item_pages import B, rows
from projections.items.issues import ISSUE, Issue
from projections.items.listing import Wanted
from recording import Recorded
from telling import Line, line, tell, uid


def test_an_issue_is_to_be_settled_by_the_limit_of_its_severity(register: Recorded) -> None:
    def raised(name: str, severity: int) -> Line:
        data: Line = {"issue_id": uid(name), "by_party": uid("a"), "severity": severity, "title": name}
        return line("issue.raised", "2024-03-01", **data)

    tell(register, *(raised(f"s{severity}", severity) for severity in (4, 3, 2, 1)))
    found: tuple[Issue, ...] = rows(register, ISSUE, "2024-03-11")
    assert [(i.title, i.limit_on, i.days_late) for i in found] == [
        ("s1", date(2024, 3, 6), 5),
        ("s2", date(2024, 3, 11), None),
        ("s3", date(2024, 3, 21), None),
        ("s4", date(2024, 4, 10), None),
    ]


def test_an_issue_is_open_again_after_it_is_reopened(register: Recorded) -> None:
    data: Line = {"issue_id": uid("i"), "by_party": uid("b"), "severity": 1, "title": "Late parts"}
    tell(
        register,
        line("issue.raised", "2024-03-01", **data),
        line("issue.escalated", "2024-03-02", issue_id=uid("i"), level="management"),
        line("issue.escalated", "2024-03-03", issue_id=uid("i"), level="strategic"),
        line("issue.acknowledged", "2024-03-04", issue_id=uid("i"), level="strategic", by=uid("pa")),
        line("issue.resolved", "2024-03-08", issue_id=uid("i")),
        line("issue.reopened", "2024-03-10", issue_id=uid("i")),
    )
    days = ("2024-03-07", "2024-03-08", "2024-03-10")
    found: list[Issue] = [rows(register, ISSUE, day)[0] for day in days]
    assert [(i.state, i.resolved_on, i.days_late, i.reopened) for i in found] == [
        ("OPEN", None, 1, 0),
        ("RESOLVED", date(2024, 3, 8), 2, 0),
        ("OPEN", None, 4, 1),
    ]
    (issue,) = rows(register, ISSUE, "2024-03-09", wanted=Wanted(states=("RESOLVED",)))
    assert (issue.by_party, issue.escalated_to, issue.escalated_on) == (B, "strategic", date(2024, 3, 3))
    assert [(a.on, a.level, a.by) for a in issue.acknowledged] == [(date(2024, 3, 4), "strategic", UUID(uid("pa")))]
    assert rows(register, ISSUE, "2024-03-09", wanted=Wanted(open_only=True)) == ()
