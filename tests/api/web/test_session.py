"""The cookie that stands for the token, and the tokens of forms."""

from datetime import UTC, datetime, timedelta

import pytest

from api.web.session import Sessions

START = datetime(2026, 3, 31, 12, tzinfo=UTC)
TOKEN = "cf_correct-horse"


class Clock:
    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sessions(clock: Clock) -> Sessions:
    return Sessions(TOKEN, clock)


def test_only_the_token_itself_is_the_token(sessions: Sessions) -> None:
    assert sessions.is_token("cf_correct-horse")
    for wrong in ("", "cf_correct-hors", "cf_correct-horse ", "CF_CORRECT-HORSE", "ä"):
        assert not sessions.is_token(wrong)


def test_a_session_holds_nothing_of_the_token_and_two_are_different(sessions: Sessions) -> None:
    first, second = sessions.new(), sessions.new()
    assert first != second
    assert "horse" not in first
    assert sessions.is_valid(first)
    assert sessions.is_valid(second)


def test_a_session_ends_after_twelve_hours(sessions: Sessions, clock: Clock) -> None:
    session = sessions.new()
    clock.now = START + timedelta(hours=11, minutes=59, seconds=59)
    assert sessions.is_valid(session)
    clock.now = START + timedelta(hours=12)
    assert not sessions.is_valid(session)


def test_a_session_that_was_changed_anywhere_is_not_valid(sessions: Sessions) -> None:
    session = sessions.new()
    for place in range(len(session)):
        changed = session[:place] + ("a" if session[place] != "a" else "b") + session[place + 1 :]
        assert not sessions.is_valid(changed), place


@pytest.mark.parametrize("value", ["", ".", "..", "never.x.y", "9999999999", "9999999999.x."])
def test_what_we_did_not_sign_is_no_session(sessions: Sessions, value: str) -> None:
    assert not sessions.is_valid(value)


def test_a_new_api_token_ends_every_session(sessions: Sessions, clock: Clock) -> None:
    assert not Sessions("cf_another", clock).is_valid(sessions.new())


def test_a_form_token_fits_the_session_it_was_made_for_alone(sessions: Sessions) -> None:
    ours, theirs = sessions.new(), sessions.new()
    assert sessions.is_form_token(ours, sessions.form_token(ours))
    assert not sessions.is_form_token(theirs, sessions.form_token(ours))
    assert not sessions.is_form_token("", sessions.form_token(""))
    assert not sessions.is_form_token(ours, "")


def test_a_form_token_is_no_session_signature(sessions: Sessions) -> None:
    content = sessions.new().rpartition(".")[0]
    assert not sessions.is_valid(f"{content}.{sessions.form_token(content)}")
