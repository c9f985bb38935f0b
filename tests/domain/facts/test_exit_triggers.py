import pytest

from domain.facts.exit_triggers import (
    ExitTrigger,
    ExitTriggerAssessed,
    ExitTriggerDefined,
    ExitTriggerObserved,
    exit_triggers,
)
from given import at, given, uid

TRIGGER = uid(1)
DEFINED = ExitTriggerDefined(trigger_id=TRIGGER, condition="A change of control")
OBSERVED = ExitTriggerObserved(trigger_id=TRIGGER)
ASSESSED = ExitTriggerAssessed(trigger_id=TRIGGER, decision="remedy")


def test_a_trigger_is_defined() -> None:
    assert given(exit_triggers).when(at("2025-01-10", DEFINED)) == DEFINED


@pytest.mark.parametrize("fact", [OBSERVED, ASSESSED])
def test_a_trigger_is_observed_and_assessed_any_number_of_times(
    fact: ExitTriggerObserved | ExitTriggerAssessed,
) -> None:
    assert given(exit_triggers, at("2025-01-10", DEFINED)).when(at("2025-01-10", fact)) == fact
    book = given(exit_triggers, at("2025-01-10", DEFINED), at("2025-01-11", fact))
    assert book.when(at("2025-01-11", fact)) == fact
    assert book.state(TRIGGER) == ExitTrigger()
