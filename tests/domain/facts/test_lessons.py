from domain.facts.lessons import LessonApplied, LessonRecorded, lessons
from given import at, given, uid

LESSON = uid(1)
RECORDED = LessonRecorded(lesson_id=LESSON, title="Order early")
APPLIED = LessonApplied(lesson_id=LESSON, where_applied="Plant 1")


def test_a_lesson_is_recorded_and_applied() -> None:
    assert given(lessons).when(at("2025-02-01", RECORDED)) == RECORDED
    assert given(lessons, at("2025-02-01", RECORDED)).when(at("2025-02-01", APPLIED)) == APPLIED


def test_a_lesson_is_applied_in_many_places_and_once_in_each() -> None:
    book = given(lessons, at("2025-02-01", RECORDED), at("2025-03-01", APPLIED))
    assert book.when(at("2025-03-02", APPLIED)) is None
    elsewhere = LessonApplied(lesson_id=LESSON, where_applied="Plant 2")
    assert book.when(at("2025-03-02", elsewhere)) == elsewhere


def test_an_earlier_application_in_the_same_place_is_recorded() -> None:
    book = given(lessons, at("2025-02-01", RECORDED), at("2025-03-01", APPLIED))
    assert book.when(at("2025-02-28", APPLIED)) == APPLIED
