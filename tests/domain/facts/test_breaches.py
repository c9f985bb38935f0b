import msgspec
import pytest

from domain.facts.breaches import Breach, InformationBreachReported, breaches
from given import at, given, uid

LEAK = InformationBreachReported(breach_id=uid(1), severity=1, share_id=uid(2), description="Sent to a third party")


def test_a_breach_is_reported() -> None:
    assert given(breaches).when(at("2025-02-01", LEAK)) == LEAK
    assert given(breaches, at("2025-02-01", LEAK)).state(uid(1)) == Breach()


@pytest.mark.parametrize("severity", [1, 4])
def test_severity_runs_from_1_to_4(severity: int) -> None:
    assert msgspec.convert({"severity": severity, "description": "x"}, InformationBreachReported).share_id is None


@pytest.mark.parametrize("severity", [0, 5])
def test_a_severity_outside_1_to_4_is_malformed(severity: int) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"severity": severity, "description": "x"}, InformationBreachReported)
