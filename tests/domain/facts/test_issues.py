import msgspec
import pytest

from domain.errors import IsNotAllowedNow
from domain.facts.issues import IssueAcknowledged, IssueEscalated, IssueRaised, IssueReopened, IssueResolved, issues
from given import ANNE, BEN, A, at, given, uid

ISSUE = uid(1)
RAISED = IssueRaised(issue_id=ISSUE, by_party=A, severity=1, title="No parts")
ESCALATED = IssueEscalated(issue_id=ISSUE, level="strategic")
ACKNOWLEDGED = IssueAcknowledged(issue_id=ISSUE, level="strategic", by=ANNE)
RESOLVED = IssueResolved(issue_id=ISSUE)
REOPENED = IssueReopened(issue_id=ISSUE)


def test_an_issue_is_raised() -> None:
    assert given(issues).when(at("2025-01-10", RAISED)) == RAISED


def test_an_issue_is_resolved_once() -> None:
    book = given(issues, at("2025-01-10", RAISED))
    assert book.when(at("2025-01-10", RESOLVED)) == RESOLVED
    book = given(issues, at("2025-01-10", RAISED), at("2025-01-12", RESOLVED))
    refused = book.when(at("2025-01-12", RESOLVED))
    assert isinstance(refused, IsNotAllowedNow)
    assert refused.message == "The issue was already resolved before this entry of 2025-01-12."


def test_only_a_resolved_issue_is_reopened() -> None:
    book = given(issues, at("2025-01-10", RAISED), at("2025-01-12", RESOLVED))
    assert book.when(at("2025-01-12", REOPENED)) == REOPENED
    refused = book.when(at("2025-01-11", REOPENED))
    assert isinstance(refused, IsNotAllowedNow)
    assert refused.message == "Only a resolved issue can be reopened, and this one is open on 2025-01-11."


def test_a_reopened_issue_is_open_again() -> None:
    book = given(issues, at("2025-01-10", RAISED), at("2025-01-12", RESOLVED), at("2025-01-13", REOPENED))
    assert isinstance(book.when(at("2025-01-14", REOPENED)), IsNotAllowedNow)
    assert book.when(at("2025-01-14", RESOLVED)) == RESOLVED


def test_a_resolved_issue_may_still_be_escalated_and_acknowledged() -> None:
    book = given(issues, at("2025-01-10", RAISED), at("2025-01-12", RESOLVED))
    assert book.when(at("2025-01-13", ESCALATED)) == ESCALATED
    assert book.when(at("2025-01-13", ACKNOWLEDGED)) == ACKNOWLEDGED


def test_the_same_acknowledgement_again_changes_nothing() -> None:
    book = given(issues, at("2025-01-10", RAISED), at("2025-01-11", ESCALATED), at("2025-01-12", ACKNOWLEDGED))
    assert book.when(at("2025-01-13", ACKNOWLEDGED)) is None
    lower = IssueAcknowledged(issue_id=ISSUE, level="management", by=ANNE)
    someone_else = IssueAcknowledged(issue_id=ISSUE, level="strategic", by=BEN)
    assert book.when(at("2025-01-13", lower)) == lower
    assert book.when(at("2025-01-13", someone_else)) == someone_else


@pytest.mark.parametrize("again", [ESCALATED, REOPENED])
def test_an_issue_laid_open_anew_is_acknowledged_anew(again: IssueEscalated | IssueReopened) -> None:
    book = given(
        issues,
        at("2025-01-10", RAISED),
        at("2025-01-11", ACKNOWLEDGED),
        at("2025-01-12", RESOLVED),
        at("2025-01-13", again),
    )
    assert book.when(at("2025-01-14", ACKNOWLEDGED)) == ACKNOWLEDGED


def test_each_escalation_is_recorded() -> None:
    book = given(issues, at("2025-01-10", RAISED), at("2025-01-11", ESCALATED))
    assert book.when(at("2025-01-12", ESCALATED)) == ESCALATED


def test_an_escalation_leaves_a_resolution_standing() -> None:
    book = given(issues, at("2025-01-10", RAISED), at("2025-01-11", RESOLVED), at("2025-01-12", ESCALATED))
    assert isinstance(book.when(at("2025-01-13", RESOLVED)), IsNotAllowedNow)


@pytest.mark.parametrize("severity", [1, 4])
def test_severity_runs_from_1_to_4(severity: int) -> None:
    data = {"by_party": str(A), "severity": severity, "title": "x"}
    assert msgspec.convert(data, IssueRaised).severity == severity


@pytest.mark.parametrize("severity", [0, 5])
def test_a_severity_outside_1_to_4_is_malformed(severity: int) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"by_party": str(A), "severity": severity, "title": "x"}, IssueRaised)


def test_an_operational_escalation_is_malformed() -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"issue_id": str(ISSUE), "level": "operational"}, IssueEscalated)
