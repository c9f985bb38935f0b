"""Health-check rounds in a few lines, for the indicators that read them."""

from typing import Any

from story import Story


def open_round(s: Story, id_: str, on: str, **principles: str) -> int:
    """Opens a round; `q1="P2"` asks the question q1 about P2."""
    questions = [{"key": key, "principle": principle, "text": "?"} for key, principle in principles.items()]
    return s.add("health_check.opened", on, check_id=id_, questions=questions, invited={})


def answer(
    s: Story, id_: str, on: str, who: str, recommend: int | None = None, own: bool = False, **ratings: int
) -> int:
    """`who`: the party and the number of the respondent, as "a1"."""
    also: dict[str, Any] = {} if recommend is None else {"recommend": recommend}
    return s.add(
        "health_check.answered",
        on,
        who[0],
        own=own,
        check_id=id_,
        party=who[0],
        respondent=who,
        answers=ratings,
        **also,
    )


def close_round(s: Story, id_: str, on: str) -> int:
    return s.add("health_check.closed", on, check_id=id_)


def whole_round(s: Story, id_: str, closed_on: str, a: int, b: int) -> list[int]:
    """A round with one question about P2, three times rated `a` by party a and `b` by party b; all its positions."""
    told = [open_round(s, id_, "2023-03-01", v="P2")]
    told += [answer(s, id_, "2023-03-02", f"a{n}", v=a) for n in (1, 2, 3)]
    told += [answer(s, id_, "2023-03-02", f"b{n}", v=b) for n in (1, 2, 3)]
    return [*told, close_round(s, id_, closed_on)]
