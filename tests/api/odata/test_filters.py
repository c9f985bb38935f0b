"""`$filter`: which rows it lets through, also where a value is null, and what it refuses."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from odata_query import ast

from api.odata.filters import DEEPEST, MOST_CONDITIONS, MOST_IN_LIST, condition, parse
from api.odata.refusals import ODataRefusal
from odata_client import Client
from projections.bi.catalogue import table_named
from telling import uid

A, R = uid("a"), uid("r")
ALL = "c1 c2 c3 c4"
# Promised by 2024-03-01 and done on 2024-03-05 (c1), by and on 2024-03-02 (c2), by 2024-03-01 and open (c3, c4).
# The last one is the party's own.
COMMITMENTS = [
    ("title eq 'c1'", "c1"),
    ("title ne 'c1'", "c2 c3 c4"),
    ("'c1' eq title", "c1"),
    ("title gt 'c2'", "c3 c4"),
    ("title in ('c1','c3','x')", "c1 c3"),
    ("title in ('c1')", "c1"),
    ("title in ('x')", ""),
    ("not (title in ('c1','c3'))", "c2 c4"),
    ("title in('c1','c3')", "c1 c3"),
    ("title in('c1')", "c1"),
    ("not(title in('c1','c3'))", "c2 c4"),
    ("not(contains(title,'1'))", "c2 c3 c4"),
    ("title eq 'c1' and not(in_dispute)", "c1"),
    ("not(not(title eq 'c1'))", "c1"),
    ("title eq 'C1'", ""),
    ("title eq 'c1''; DROP TABLE bi_item_commitment; --'", ""),
    # null
    ("done_on eq null", "c3 c4"),
    ("done_on ne null", "c1 c2"),
    ("null eq done_on", "c3 c4"),
    ("done_on gt null", ""),
    ("done_on eq 2024-03-05", "c1"),
    ("done_on ne 2024-03-05", "c2 c3 c4"),
    ("not (done_on eq 2024-03-05)", "c2 c3 c4"),
    ("done_on gt 2024-03-02", "c1"),
    ("done_on ge 2024-03-02", "c1 c2"),
    ("done_on lt 2024-03-05", "c2"),
    ("done_on le 2024-03-05", "c1 c2"),
    ("2024-03-02 lt done_on", "c1"),
    ("2024-03-02 ge done_on", "c2"),
    ("not (done_on gt 2024-03-02)", "c2 c3 c4"),
    ("not (done_on in (2024-03-02,2024-03-05))", "c3 c4"),
    ("not not (done_on gt 2024-03-02)", "c1"),
    # numbers
    ("weight eq 1", ALL),
    ("weight eq 1.0", ALL),
    ("weight eq 1.00000", ALL),
    ("weight eq 1.001", ""),
    ("weight ne 1.001", ALL),
    ("weight gt 0.999", ALL),
    ("weight ge 1.001", ""),
    ("weight lt 1.001", ALL),
    ("weight le 0.999", ""),
    ("weight in (1,2.505)", ALL),
    ("days_late eq 4", "c1"),
    ("days_late ge 3.5 and days_late le 4.5", "c1"),
    ("days_late eq 4e0", "c1"),
    ("weight gt -1", ALL),
    # ids
    (f"own_of eq '{A}'", "c4"),
    (f"own_of eq {A}", "c4"),
    (f"own_of ne '{A}'", "c1 c2 c3"),
    (f"relationship_id eq '{R.upper()}'", ALL),
    # texts
    ("contains(title,'1')", "c1"),
    ("contains(title,'C')", ""),
    ("contains(toupper(title),'C1')", "c1"),
    ("contains(title,'%')", ""),
    ("contains(title,'_1')", ""),
    ("contains(title,'')", ALL),
    ("contains(own_of,'-')", "c4"),
    ("contains(title,'1') eq true", "c1"),
    ("contains(title,'1') eq false", "c2 c3 c4"),
    ("startswith(title,'c')", ALL),
    ("startswith(title,'1')", ""),
    ("endswith(title,'1')", "c1"),
    ("endswith(title,'a very long text')", ""),
    ("tolower(title) eq 'c1'", "c1"),
    ("tolower(title) eq 'C1'", ""),
    ("toupper(title) in ('C1','C2')", "c1 c2"),
    # days
    ("year(due_on) eq 2024", ALL),
    ("year(due_on) ne 2024", ""),
    ("year(due_on) gt 2023", ALL),
    ("year(due_on) gt 2024", ""),
    ("year(due_on) ge 2024", ALL),
    ("year(due_on) lt 2025", ALL),
    ("year(due_on) le 2023", ""),
    ("2025 gt year(due_on)", ALL),
    ("year(done_on) ne 2024", "c3 c4"),
    ("not (year(done_on) eq 2024)", "c3 c4"),
    # booleans, columns with columns, and all together
    ("in_dispute", ""),
    ("not in_dispute", ALL),
    ("in_dispute eq false", ALL),
    ("in_dispute ne false", ""),
    ("in_dispute lt true", ALL),
    ("true", ALL),
    ("false", ""),
    ("done_on gt due_on", "c1"),
    ("done_on eq due_on", "c2"),
    ("done_on ne due_on", "c1 c3 c4"),
    ("not (done_on gt due_on)", "c2 c3 c4"),
    ("scored_due_on eq due_on", ALL),
    ("title eq item_id", ""),
    ("title eq 'c1' or title eq 'c2' and done_on eq null", "c1"),
    ("(title eq 'c1' or title eq 'c3') and done_on eq null", "c3"),
    ("not (title eq 'c1' or done_on eq null)", "c2"),
]


@pytest.mark.parametrize(("filter", "titles"), COMMITMENTS)
def test_a_filter_lets_through(client: Client, filter: str, titles: str) -> None:
    rows = client.rows("item_commitment", filter=filter, orderby="title", select="title")
    assert [row["title"] for row in rows] == titles.split()
    assert client.get("item_commitment/$count", filter=filter).text == str(len(rows))


@pytest.mark.parametrize(
    ("filter", "size"),
    [
        ("recorded_at gt 2024-01-01T00:00:00Z", 28),
        ("recorded_at le 2026-11-23T13:00:00+01:00", 28),
        ("recorded_at lt 2026-11-23T12:00:00Z", 0),
        ("recorded_at gt 2026-11-23T11:59:59.999999Z", 28),
        ("year(recorded_at) eq 2026", 28),
        ("year(recorded_at) lt 2026", 0),
        ("year(recorded_at) gt 2026", 0),
        ("position le 3 or position ge 9223372036854775807", 3),
        ("type eq 'commitment.made' and is_void", 0),
        ("type eq 'commitment.fulfilled' and is_void", 1),
        ("type eq 'commitment.fulfilled' and not is_void", 2),
    ],
)
def test_a_filter_on_entries(client: Client, filter: str, size: int) -> None:
    assert client.get("event_fact/$count", filter=filter).text == str(size)


@pytest.mark.parametrize(
    ("filter", "message"),
    [
        ("", "The expression cannot be read at its end."),
        ("title", "The filter compares something else than a column with a value."),
        ("title eq", "The expression cannot be read at character 6."),
        ("title eq 'c1", "The expression cannot be read at character 10."),
        ("not(title eq 'c1", "The expression cannot be read at character 14."),
        ("not(title in('c1') and", "The expression cannot be read at character 20."),
        ("titel eq 'c1'", "item_commitment has no column 'titel'."),
        ("is_deleted eq true", "item_commitment has no column 'is_deleted'."),
        ("changed_turn eq 1", "item_commitment has no column 'changed_turn'."),
        ("shout(title) eq 'C1'", "Unknown function: 'shout'."),
        ("contains(title)", "Function 'contains' takes 2 arguments. 1 given."),
        ("contains(weight,'1')", "contains takes a text, which weight is not."),
        ("contains(title,1)", "A text is written in single quotes."),
        ("tolower(due_on) eq 'x'", "tolower takes a text, which due_on is not."),
        ("title eq 1", "title is an Edm.String and cannot be compared with that."),
        ("weight eq '1'", "weight is an Edm.Decimal and cannot be compared with that."),
        ("due_on eq '2024-03-01'", "due_on is an Edm.Date and cannot be compared with that."),
        ("due_on eq 2024-02-30", "2024-02-30 is no value for due_on."),
        ("due_on eq title", "due_on and title cannot be compared with each other."),
        ("weight eq days_late", "weight and days_late cannot be compared with each other."),
        ("in_dispute eq 1", "in_dispute is an Edm.Boolean and cannot be compared with that."),
        ("days_late eq 99999999999999999999", "99999999999999999999 is too large for days_late."),
        ("days_late gt 1e400", "1e400 is too large for days_late."),
        ("weight lt 9223372036854775807", "9223372036854775807 is too large for weight."),
        (f"days_late eq {'1' * 29}", "A number has more than 28 characters."),
        ("days_late eq 1e999999999999999999999", "1e999999999999999999999 is too large for days_late."),
        ("days_late eq 1e99999999999999999", "1e99999999999999999 is too large for days_late."),
        ("year(due_on) eq 0", "year cannot be compared with 0."),
        ("year(due_on) eq 99999999", "year cannot be compared with 99999999."),
        ("year(title) eq 2024", "year takes a date or an instant, and is compared with a number."),
        ("1 eq 1", "The filter compares something else than a column with a value."),
        ("done_on in (2024-01-01,null)", "done_on is an Edm.Date and cannot be compared with that."),
        ("title eq 'a\0b'", "A text holds no NUL."),
        (" or ".join(["weight eq 1"] * (MOST_CONDITIONS + 1)),
         "The filter has more than 400 conditions; `in` takes a list of values."),
        ("not " * (DEEPEST + 1) + "in_dispute", "The filter is nested more than 40 levels deep."),
        (f"days_late in ({','.join(['1'] * (MOST_IN_LIST + 1))})", "A list has more than 1000 values."),
        ("a/" * 3000 + "b eq 1", "The expression cannot be read."),
        ("(" * 5000 + "x", "The expression cannot be read at its end."),
        ("x" * 16_384, "The query is longer than 16384 bytes."),
    ],
)  # fmt: skip
def test_what_is_no_filter_is_refused_in_one_sentence(client: Client, filter: str, message: str) -> None:
    assert client.refusal("item_commitment", filter=filter) == (400, "BAD_REQUEST", message)


@pytest.mark.parametrize(
    ("filter", "message"),
    [
        ("weight add 1 eq 2", "Arithmetic is not supported."),
        ("- weight eq 2", "Arithmetic is not supported."),
        ("month(due_on) eq 3", "The function month in this place is not supported."),
        ("length(title) eq 2", "The function length in this place is not supported."),
        ("tolower(tolower(title)) eq 'c1'", "The function tolower in this place is not supported."),
        ("contains(tolower(toupper(title)),'c')", "The function toupper in this place is not supported."),
        ("by_party/name eq 'x'", "Navigation is not supported."),
        ("parties/any(x:x eq 1)", "Navigation is not supported."),
    ],
)
def test_what_the_standard_has_and_we_do_not_is_said(client: Client, filter: str, message: str) -> None:
    assert client.refusal("item_commitment", filter=filter) == (501, "NOT_SUPPORTED", message)


@pytest.mark.parametrize("text", ["not(in(", "x in('y')", " not(", "it''s not(in('"])
def test_a_text_is_taken_as_it_is_written(text: str) -> None:
    written = text.replace("'", "''")
    assert parse(f"not(title in('{written}') or title eq '{written}')") == ast.UnaryOp(
        ast.Not(),
        ast.BoolOp(
            ast.Or(),
            ast.Compare(ast.In(), ast.Identifier("title"), ast.List([ast.String(text)])),
            ast.Compare(ast.Eq(), ast.Identifier("title"), ast.String(text)),
        ),
    )


def test_an_id_is_the_same_in_capitals_and_what_is_folded_is_compared_as_it_is_written(client: Client) -> None:
    key = next(row["event_id"] for row in client.rows("event_fact") if row["event_id"].upper() != row["event_id"])
    for asked, size in (
        (f"event_id eq '{key.upper()}'", 1),
        (f"event_id in ('{key.upper()}')", 1),
        (f"toupper(event_id) eq '{key.upper()}'", 1),
        (f"toupper(event_id) in ('{key.upper()}','x')", 1),
        (f"toupper(event_id) eq '{key}'", 0),
        (f"tolower(event_id) eq '{key}'", 1),
        (f"tolower(event_id) eq '{key.upper()}'", 0),
    ):
        assert client.get("event_fact/$count", filter=asked).text == str(size), asked


def test_as_many_conditions_as_are_allowed_are_answered(client: Client) -> None:
    """An `or` of them is one more; every database takes the expression."""
    several = " or ".join(["done_on eq 2024-03-05"] * (MOST_CONDITIONS - 1))
    assert [row["title"] for row in client.rows("item_commitment", filter=several)] == ["c1"]
    negated = f"not ({' or '.join(['done_on eq 2024-03-05'] * (MOST_CONDITIONS - 2))})"
    assert len(client.rows("item_commitment", filter=negated)) == 3
    listed = ",".join(str(n) for n in range(MOST_IN_LIST))
    assert [row["title"] for row in client.rows("item_commitment", filter=f"days_late in ({listed})")] == [
        "c1",
        "c3",
        "c4",
    ]
    nested = "not " * (DEEPEST - DEEPEST % 2) + "in_dispute"
    assert client.rows("item_commitment", filter=nested) == []


WORDS = (
    "title weight due_on in_dispute eq ne gt in and or not null true 1 -1.5 2024-03-01 'x' '' ( ) , / : any all "
    "contains( year( tolower( duration'P1D' 12:00:00 item_id x. - add 2024-03-01T00:00:00Z INF"
)


@given(st.lists(st.sampled_from(WORDS.split(" ")), max_size=12).map(" ".join) | st.text(max_size=30))
def test_whatever_is_written_is_a_condition_or_a_refusal(written: str) -> None:
    table = table_named("item_commitment")
    assert table is not None
    with suppress(ODataRefusal):
        condition(table, table.source(0), written).compile()
