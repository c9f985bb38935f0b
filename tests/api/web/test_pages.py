"""What the pages say about the story of web_story.py, on SQLite and on PostgreSQL.

The figures of TC1 are those of the worked example in docs/principles.md, section 2.
"""

import hashlib
import html
import json
import re
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy.event import listen

from api.wiring import Services
from domain.store.engine import reading, writing
from projections.scorecards.question import Question
from projections.scorecards.service import scorecards
from web_pages import Reader, served
from web_story import GLASS, WINGS, open_register

JULY = "?as_of=2025-07-01"


def test_the_register_lists_every_relationship_with_its_twelve_tiles(reader: Reader) -> None:
    page = reader.html("/")
    assert re.findall(r'<h2 id="name-\d+"><a href="([^"]*)">', page) == [
        f"/relationships/{GLASS}",
        "/relationships/wings",
    ]
    tiles = re.findall(r'<a class="tile [^"]*" href="([^"#]*)#(P\d+)">', page)
    assert [tile for path, tile in tiles if path == "/relationships/wings"] == [f"P{n}" for n in range(1, 13)]
    assert len(tiles) == 24
    text = reader.text("/")
    assert "Aquila Aerospace SE · Wexcombe Composites Ltd" in text
    assert "As of 23 Nov 2026. The shared view" in text
    assert "Stage 1, awareness" in text


def test_a_gap_is_said_in_words_and_is_no_zero(reader: Reader) -> None:
    text = reader.text(f"/{JULY}")
    assert "None of the 12 principles can be rated; a score needs 8." in text
    assert "P2 Values Not rated no data, 0/4 indicators scored, coverage 0" in text
    assert "P7 Trust Not rated 40 % covered, 2/5 indicators scored, coverage 40 %" in text
    assert "P4 Leadership 0.00 Red" not in text


def test_a_name_is_text_wherever_it_comes_from(reader: Reader) -> None:
    for path in ("/", f"/relationships/{GLASS}"):
        page = reader.html(path)
        assert "<script>alert" not in page
        assert "Glass &amp; &lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_the_list_is_filtered_ordered_and_dated(reader: Reader) -> None:
    assert "Wing programme" in reader.text("/?name=WING")
    assert "Glass" not in reader.text("/?name=WING").partition("Relationships")[2].partition("wing programme")[2]
    assert "No relationship has “zzz” in its name." in reader.text("/?name=zzz")
    names = re.findall(r'<h2 id="name-\d+"><a [^>]*>([^<]*)<', reader.html("/?order=registered"))
    assert [name[:5] for name in names] == ["Glass", "Wing "]
    names = re.findall(r'<h2 id="name-\d+"><a [^>]*>([^<]*)<', reader.html("/?order=alias"))
    assert [name[:5] for name in names] == ["Glass", "Wing "]
    assert "Registered on 1 Sep 2025, after the date you asked for." in reader.text(f"/{JULY}")


def test_an_empty_register_says_how_to_fill_it(tmp_path: Path) -> None:
    services = open_register(f"sqlite:///{tmp_path / 'empty.db'}", tmp_path, [])
    with served(services) as url, Reader(url, services) as reader:
        assert "Nothing is registered yet. counterfoil demo loads a demo register" in reader.text("/")
    services.close()


@pytest.mark.parametrize(
    ("path", "status", "message"),
    [
        ("/?as_of=tomorrow", 400, "'tomorrow' is not a date such as 2026-03-31."),
        ("/?as_of=2026-11-24", 400, "2026-11-24 is after today, 2026-11-23."),
        ("/?order=size", 400, "'size' is no order of the list."),
        ("/?after=zzz", 400, "'zzz' is no cursor of this list."),
        ("/relationships/nix", 404, "No relationship nix is known here."),
        ("/relationships/n%00x", 404, "No relationship n\ufffdx is known here."),
        ("/relationships/wings?as_of=2024-01-07", 400, "2024-01-07 is before the relationship was registered on"),
        ("/relationships/wings?as_of=2026-11-24", 400, "2026-11-24 is after today, 2026-11-23, in Europe/Berlin."),
        ("/relationships/wings?known_at=99999", 400, "99999 is not a position of the log, which goes from 0 to"),
        ("/relationships/wings?policy=7", 400, "No policy version 7 is known here."),
        ("/relationships/wings/indicators/XX9", 404, "There is no indicator 'XX9'."),
        ("/relationships/nix/indicators/TC1", 404, "No relationship nix is known here."),
        ("/events/0", 404, "There is no entry 0: the register holds the positions 1 to"),
        ("/events/99999999999999999999999", 404, "There is no entry 99999999999999999999999:"),
        ("/events/-1", 404, "There is no entry -1:"),
        ("/events/one", 404, "There is no entry one:"),
        ("/nonsense", 404, "There is no page /nonsense."),
    ],
)
def test_what_cannot_be_shown_is_refused_with_its_value(
    story_reader: Reader, path: str, status: int, message: str
) -> None:
    text = story_reader.text(path, status)
    assert message in text
    assert "Traceback" not in text


def test_what_goes_wrong_in_the_program_is_not_shown(tmp_path: Path) -> None:
    services = open_register(f"sqlite:///{tmp_path / 'broken.db'}", tmp_path, [])
    with writing(services.engine) as connection:
        connection.exec_driver_sql("DROP TABLE relationship")
    with served(services) as url, Reader(url, services) as reader:
        text = reader.text("/", 500)
    services.close()
    assert "Something went wrong in the program. Its log says what." in text
    assert "sqlite" not in text.lower()


def test_the_scorecard_shows_the_arithmetic_of_the_worked_example(reader: Reader) -> None:
    text = reader.text(f"/relationships/wings{JULY}")
    assert "TC1 Commitments kept on time 0.5 floor, 0.85 target Value 2 ÷ 5 = 0.4000 (40 %)" in text
    assert "Score 100 × (0.4 − 0.5) ÷ (0.85 − 0.5) = −28.57, held at 0.00" in text
    # C5 is broken: 1 of the 6 due within the year.
    assert "Value 1 ÷ 6 = 0.1667 (16.67 %) Score 100 × (0.1667 − 0.15) ÷ (0.02 − 0.15) = −12.85, held at 0.00" in text
    # Two reschedulings are too few; the later of them was asked for after the due date.
    assert "Too few items The value rests on fewer than 3 items, so it is shown and not scored." in text
    assert "Not rated: 40" in text
    # P4: the sponsor of one party alone is in office, so CL1 is 0 of 182 days.
    assert "No data None due." in text


def test_the_scorecard_can_be_reproduced(reader: Reader) -> None:
    page = reader.html(f"/relationships/wings{JULY}&known_at=20&policy=0")
    shown = re.search(r'<code id="digest">([0-9a-f]{64})</code>', page)
    with reading(reader.services.engine) as connection:
        question = Question(relationship_id=UUID(WINGS), as_of=date(2025, 7, 1), known_at=20)
        card = scorecards(connection, [question], 0)[0]
    assert shown
    assert shown[1] == card.digest()
    text = html.unescape(page)
    assert "counterfoil scorecard wings --as-of 2025-07-01 --known-at 20 --json" in text
    query = re.search(r'href="/graphql\?query=([^"]*)"', page)
    assert query
    assert "asOf%3A%20%222025-07-01%22%2C%20knownAt%3A%20%2220%22" in query[1]


def test_what_was_not_known_yet_does_not_count(reader: Reader) -> None:
    """Position 11 is the promise C6: C1 to C4 were due by then, and nothing had been fulfilled."""
    text = reader.text("/relationships/wings/indicators/TC1?as_of=2025-07-01&known_at=11")
    assert "0 ÷ 4 = 0.0000 (0 %)" in text


def test_a_policy_named_by_the_caller_restates(reader: Reader) -> None:
    text = reader.text("/relationships/wings?as_of=2025-07-01&policy=1")
    assert "Restated: scored by policy version 1, which is not the one in effect on this date." in text
    assert "100 × (0.4 − 0.5) ÷ (0.9 − 0.5) = −25.00, held at 0.00" in text
    assert "target 0.9, by default 0.85" in reader.text("/relationships/wings/indicators/TC1?as_of=2026-06-30")
    assert "Restated" not in reader.text("/relationships/wings?as_of=2026-06-30&policy=1")


def test_an_indicator_lists_what_it_counted_by_item(reader: Reader) -> None:
    page = reader.text(f"/relationships/wings/indicators/tc1{JULY}")
    counted, _, left_out = page.partition("Entries counted")[2].partition("Entries left out")
    promises = re.findall(r"Commitment Promise (C\d)", counted)
    assert promises == ["C1", "C2", "C3", "C4", "C8"]
    assert "Commitment made, position 6 Wexcombe Composites Ltd" in counted
    assert "by Wexcombe Composites Ltd · to Aquila Aerospace SE · due on 2 Apr 2025" in counted
    assert "Signed for at <dock> 4." in counted
    assert "Commitment Promise C7" in left_out
    assert "Left out: withdrawn by all in time" in left_out
    assert "Left out: moved after its due date, so the date scored stays" in left_out
    assert "Left out: not due yet, or its limit is still to come" in left_out


def test_an_indicator_names_its_rule_and_where_it_comes_from(reader: Reader) -> None:
    text = reader.text(f"/relationships/wings/indicators/TC3{JULY}")
    assert "J: A judgement of ours, without a public source: a default, not a norm." in text
    assert "lower is better; floor 0.15 scores 0, target 0.02 scores 100" in text
    assert "365 days up to 1 Jul 2025" in text
    text = reader.text(f"/relationships/wings/indicators/RM1{JULY}")
    assert "Applies from stage 5; the relationship is at stage 1." in text
    assert "No entry was counted." in text


def position_of(reader: Reader, type: str) -> int:
    return int(re.findall(rf'"position":(\d+),.*?"type":"{re.escape(type)}"', "\n".join(stored(reader)))[0])


def stored(reader: Reader) -> list[str]:
    """Every entry as its page shows it, "" for one that the pages do not show."""
    found: list[str] = []
    for position in range(1, 200):
        answer = reader.client.get(f"/events/{position}")
        text = re.search(r'<code id="stored-text">(.*?)</code>', answer.text, re.DOTALL)
        if answer.status_code == 404 and "the register holds the positions" in answer.text:
            return found
        found.append(html.unescape(text[1]) if text else "")
    raise AssertionError("There are more entries than the story tells.")


def test_every_shared_entry_is_shown_verbatim_and_a_private_one_not_at_all(reader: Reader) -> None:
    shown = stored(reader)
    with reading(reader.services.engine) as connection:
        texts = connection.exec_driver_sql("SELECT envelope FROM event ORDER BY position").scalars().all()
    private = [n for n, text in enumerate(texts) if json.loads(text)["visibility"] == "own"]
    assert len(private) == 1
    assert [text for n, text in enumerate(texts) if n not in private] == [text for text in shown if text]
    assert shown[private[0]] == ""
    text = reader.text(f"/events/{private[0] + 1}", 404)
    assert "is kept by one party for itself" in text
    assert "r-1" not in text


def test_an_entry_names_people_parties_and_items(reader: Reader) -> None:
    text = reader.text(f"/events/{position_of(reader, 'role.assigned')}")
    assert "Person Anne Bohm" in text
    assert "Party Aquila Aerospace SE" in text
    assert "Role executive sponsor" in text
    text = reader.text(f"/events/{position_of(reader, 'commitment.fulfilled')}")
    assert "Commitment Promise C1" in text
    assert "Note Signed for at <dock> 4." in text
    assert "Other entries about the same item 1 1 Mar 2025 Commitment made" in text


def test_a_corrected_entry_shows_both_what_was_stored_and_what_counts(reader: Reader) -> None:
    text = reader.text(f"/events/{position_of(reader, 'risk.assessed')}")
    recorded, _, corrected = text.partition("As corrected")
    assert "Probability 3 Impact 4" in recorded
    assert "Probability 2 changed Impact 4" in corrected
    assert "Countersigned: disputed by Wexcombe Composites Ltd – Too high." in corrected
    assert "Corrected Mistyped." in corrected
    text = reader.text(f"/events/{position_of(reader, 'entry.corrected')}")
    assert "About entry Risk assessed, position" in text
    assert "New data Risk Autoclave fails Probability 2 Impact 4 Reason Mistyped." in text


def test_a_voided_entry_says_by_which_entry_and_why(reader: Reader) -> None:
    void = position_of(reader, "entry.voided")
    assert f"Voided by entry {void}: “Recorded twice.”. It has no effect" in reader.text(
        f"/events/{position_of(reader, 'lesson.recorded')}"
    )


def test_the_leaf_hash_is_that_of_the_stored_bytes(reader: Reader) -> None:
    text = stored(reader)[0]
    expected = hashlib.sha256(b"\x00" + text.encode()).hexdigest()
    assert expected in reader.html("/events/1")


def test_the_reference_holds_all_54_indicators_and_every_kind_of_entry(story_reader: Reader) -> None:
    page = story_reader.html("/docs/indicators")
    assert len(re.findall(r'<li id="[A-Z]{2}\d">', page)) == 54
    page = story_reader.html("/docs/entries")
    assert {"commitment.made", "entry.voided", "health_check.answered"} <= set(re.findall(r'<li id="([^"]*)">', page))
    text = story_reader.text("/docs/entries")
    assert "commitment_id, new_due_on, requested_on, agreed_by, reason?, from_due_on, effect" in text
    assert "How to read a scorecard" in story_reader.text("/docs")


def test_the_register_asks_as_many_statements_for_many_relationships_as_for_one(demo: Services) -> None:
    asked: list[str] = []
    counts = []
    listen(demo.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    with served(demo) as url, Reader(url, demo) as reader:
        for path, expected in (("/?as_of=2026-11-20&name=pumps", 1), ("/?as_of=2026-11-20", 4)):
            reader.html(path)
            asked.clear()
            assert len(re.findall(r'<article class="slip ', reader.html(path))) == expected
            counts.append(len(asked))
    assert counts[0] == counts[1]
