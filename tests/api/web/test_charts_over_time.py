"""Scores over time: the dates, and the drawing."""

from datetime import date

from api.web.charts import history, months_back


def test_the_days_of_earlier_months_end_with_the_month_where_it_is_short() -> None:
    assert months_back(date(2025, 3, 31), 3) == [
        date(2024, 12, 31),
        date(2025, 1, 31),
        date(2025, 2, 28),
        date(2025, 3, 31),
    ]
    assert months_back(date(2024, 3, 30), 1)[0] == date(2024, 2, 29)
    assert months_back(date(2025, 1, 15), 12)[0] == date(2024, 1, 15)


def test_a_gap_breaks_the_line_and_is_no_zero() -> None:
    days = months_back(date(2025, 5, 1), 4)
    scores = ["100.00", "0.00", None, "50.00", "75.00"]
    drawn = history([(day, score, "GREEN") for day, score in zip(days, scores, strict=True)], "50.00", "75.00")
    assert [p.y for p in drawn.points] == [5.0, 59.0, None, 32.0, 18.5]
    assert [p.x for p in drawn.points] == [5.0, 62.5, 120.0, 177.5, 235.0]
    assert drawn.lines == ("5.0,5.0 62.5,59.0", "177.5,32.0 235.0,18.5")
    assert (drawn.amber_y, drawn.green_y) == (32.0, 18.5)
    assert drawn.last == drawn.points[4]


def test_without_any_score_there_is_nothing_to_draw() -> None:
    drawn = history([(date(2025, 1, 1), None, "NOT_RATED")], "50.00", "75.00")
    assert drawn.lines == ()
    assert drawn.last is None
