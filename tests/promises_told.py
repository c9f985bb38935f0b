"""Commitments in a few lines, for the indicators that read them."""

from story import Story


def promise(s: Story, id_: str, due: str, by: str = "a", to: str = "b", on: str = "2024-01-10") -> int:
    """`to`: the beneficiaries, as "bc"."""
    return s.add("commitment.made", on, by, commitment_id=id_, by_party=by, to_parties=list(to), title="t", due_on=due)


def fulfil(s: Story, id_: str, on: str, by: str = "a") -> int:
    return s.add("commitment.fulfilled", on, by, commitment_id=id_)


def kept(s: Story, id_: str, due: str, by: str = "a", to: str = "b") -> list[int]:
    """A promise fulfilled on its due date."""
    return [promise(s, id_, due, by, to), fulfil(s, id_, due, by)]


def reschedule(s: Story, id_: str, on: str, new: str, agreed_by: str = "b", asked: str | None = None) -> int:
    return s.add(
        "commitment.rescheduled",
        on,
        commitment_id=id_,
        new_due_on=new,
        requested_on=asked or on,
        agreed_by=list(agreed_by),
    )


def withdraw(s: Story, id_: str, on: str, agreed_by: str = "b") -> int:
    return s.add("commitment.withdrawn", on, commitment_id=id_, agreed_by=list(agreed_by))


def dispute(s: Story, id_: str, on: str, party: str = "b") -> int:
    return s.add(
        "commitment.fulfilment_disputed", on, party, commitment_id=id_, party=party, reason="Not what was promised."
    )


def settle(s: Story, id_: str, on: str, outcome: str) -> int:
    return s.add("commitment.dispute_settled", on, commitment_id=id_, outcome=outcome)


def declare_broken(s: Story, id_: str, on: str, own: bool = False) -> int:
    return s.add("commitment.broken", on, own=own, commitment_id=id_, reason_code="no capacity")
