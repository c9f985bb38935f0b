from domain.errors import IsNotAllowedNow
from domain.facts.exit_obligations import ExitObligationAdded, ExitObligationDischarged, exit_obligations
from given import A, at, day, given, uid

OBLIGATION = uid(1)
ADDED = ExitObligationAdded(obligation_id=OBLIGATION, party=A, title="Return the tools", due_on=day("2025-02-01"))
DISCHARGED = ExitObligationDischarged(obligation_id=OBLIGATION)


def test_an_obligation_is_added_whether_its_day_lies_ahead_or_not() -> None:
    assert given(exit_obligations).when(at("2025-01-10", ADDED)) == ADDED
    assert given(exit_obligations).when(at("2025-02-02", ADDED)) == ADDED


def test_an_obligation_is_discharged_once() -> None:
    book = given(exit_obligations, at("2025-01-10", ADDED))
    assert book.when(at("2025-01-10", DISCHARGED)) == DISCHARGED
    book = given(exit_obligations, at("2025-01-10", ADDED), at("2025-02-03", DISCHARGED))
    refused = book.when(at("2025-02-03", DISCHARGED))
    assert isinstance(refused, IsNotAllowedNow)
    assert refused.message == "The obligation was already discharged before this entry of 2025-02-03."
