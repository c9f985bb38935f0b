"""The addresses under /odata: what is there, pages and their links, single rows, and what is refused."""

import json
from contextlib import suppress
from decimal import Decimal
from itertools import pairwise, product
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from odata_query.grammar import ODATA_FUNCTIONS

from api.odata.filters import condition
from api.odata.refusals import ODataRefusal
from odata_client import EDM, Client, Row
from projections.bi.catalogue import TABLES, table_named
from serving import Served
from telling import uid

SCORES = "fact_indicator_score"
EDMX = "{http://docs.oasis-open.org/odata/ns/edmx}"
KEYS = "relationship_id,indicator_id,period,score"


def key_of(row: Row) -> tuple[str, str, str]:
    return row["relationship_id"], row["indicator_id"], row["period"]


def test_the_service_document_names_every_table(client: Client) -> None:
    answer = client.get("", {"Accept": "application/json;odata.metadata=minimal;q=1.0,application/xml;q=0.5"})
    assert answer.headers["odata-version"] == "4.0"
    assert answer.headers["content-type"].startswith("application/json;odata.metadata=minimal;")
    assert answer.json()["@odata.context"] == "http://127.0.0.1:8000/odata/$metadata"
    assert [one["url"] for one in answer.json()["value"]] == [table.name for table in TABLES]
    assert client.get("").content == client.get("http://127.0.0.1:8000/odata").content


def test_metadata_types_every_column(client: Client) -> None:
    assert client.get("$metadata").headers["content-type"].startswith("application/xml")
    types = client.types()
    assert list(types) == [table.name for table in TABLES]
    for table in TABLES:
        assert sorted(types[table.name]) == sorted(f.name for f in table.columns if f.name != "is_deleted")
    of = types["fact_indicator_score"]
    assert of["relationship_id"] == {
        "Name": "relationship_id", "Type": "Edm.String", "Nullable": "false", "MaxLength": "36",
    }  # fmt: skip
    assert of["numerator"] == {"Name": "numerator", "Type": "Edm.Decimal", "Precision": "19", "Scale": "4"}
    assert of["as_of"] == {"Name": "as_of", "Type": "Edm.Date", "Nullable": "false"}
    assert of["is_restated"]["Type"] == "Edm.Boolean"
    assert of["policy_version"]["Type"] == "Edm.Int64"
    assert types["event_fact"]["recorded_at"]["Type"] == "Edm.DateTimeOffset"


def test_metadata_says_what_columns_mean_and_which_may_be_summed(client: Client) -> None:
    text = client.get("$metadata").text
    assert 'String="Its numerator; money in the relationship&#x27;s currency. Additive: sums of it mean' in text
    assert "Unit: points." in text
    assert text.count("<Key>") == len(TABLES)


def test_metadata_names_the_functions_that_a_filter_may_call(client: Client) -> None:
    """And no other that the standard has: what is not named a client works out itself."""
    table = table_named("item_commitment")
    assert table is not None
    understood = set()
    for name, form in product(ODATA_FUNCTIONS, ("{}(title,'x')", "{}(title) eq 'x'", "{}(due_on) eq 2024")):
        with suppress(ODataRefusal):
            condition(table, table.source(0), form.format(name))
            understood.add(name)
    root = ET.fromstring(client.get("$metadata").content)
    (said,) = (one for one in root.iter(f"{EDM}Annotation") if one.attrib["Term"].endswith(".FilterFunctions"))
    assert said in list(next(root.iter(f"{EDM}EntityContainer")))
    named = [str(each.text) for each in next(said.iter(f"{EDM}Collection"))]
    assert sorted(named) == sorted(understood) == ["contains", "endswith", "startswith", "tolower", "toupper", "year"]


def test_metadata_says_where_the_words_that_it_uses_are_defined(client: Client) -> None:
    root = ET.fromstring(client.get("$metadata").content)
    assert [one.tag for one in root] == [f"{EDMX}Reference", f"{EDMX}Reference", f"{EDMX}DataServices"]
    places = {one.attrib["Uri"]: one[0].attrib["Namespace"] for one in root.iter(f"{EDMX}Reference")}
    assert set(places.values()) == {one.attrib["Term"].rpartition(".")[0] for one in root.iter(f"{EDM}Annotation")}
    for address, name in places.items():
        assert address == f"http://docs.oasis-open.org/odata/odata/v4.0/os/vocabularies/{name}.xml"


@pytest.mark.parametrize("table", [table.name for table in TABLES])
def test_every_table_is_of_the_types_that_metadata_says(client: Client, table: str) -> None:
    types = client.types()[table]
    python = {"Edm.String": str, "Edm.Int64": int, "Edm.Boolean": bool, "Edm.Date": str, "Edm.DateTimeOffset": str}
    content = client.json(table, count="true")
    assert content["@odata.context"] == f"http://127.0.0.1:8000/odata/$metadata#{table}"
    assert content["@odata.count"] == len(content["value"]) == int(client.get(f"{table}/$count").text)
    for row in content["value"]:
        assert list(row) == list(types)
        for name, value in row.items():
            if value is None:
                assert types[name].get("Nullable") != "false", name
            elif types[name]["Type"] == "Edm.Decimal":
                assert type(value) in (int, Decimal), name
            else:
                assert type(value) is python[types[name]["Type"]], name


# Pages


@pytest.mark.parametrize("orderby", [None, "score", "score desc", "period desc,score", "is_restated desc,indicator_id"])
def test_next_links_lead_to_every_row_once_and_in_order(client: Client, orderby: str | None) -> None:
    """Null comes first, and last in descending order."""
    options: dict[str, Any] = {"filter": "indicator_id lt 'GP'", "orderby": orderby}
    options = {name: value for name, value in options.items() if value is not None}
    whole = client.rows(SCORES, **options)
    assert len(whole) > 1000
    paged = list(client.pages(SCORES, 400, **options))
    assert [len(page) for page in paged[:-1]] == [400] * (len(paged) - 1)
    assert [row for page in paged for row in page] == whole
    assert len({key_of(row) for row in whole}) == len(whole)
    if orderby in ("score", "score desc"):
        scores = [-1 if row["score"] is None else row["score"] for row in whole]
        assert scores == sorted(scores, reverse=orderby.endswith("desc"))
        assert scores[0] != scores[-1]
    if orderby == "period desc,score":
        periods = [row["period"] for row in whole]
        assert all(a >= b for a, b in pairwise(period for period in periods if period != "latest"))


def test_a_page_holds_what_its_client_prefers_and_at_most_five_thousand_rows(client: Client) -> None:
    answer = client.get(SCORES, {"Prefer": "return=minimal, odata.maxpagesize=7"})
    assert len(answer.json()["value"]) == 7
    assert answer.headers["preference-applied"] == "odata.maxpagesize=7"
    assert len(client.get(SCORES, {"Prefer": "odata.maxpagesize=100000"}).json()["value"]) <= 5000
    for odd in ("odata.maxpagesize=0", "odata.maxpagesize=x", "respond-async"):
        assert "preference-applied" not in client.get("dim_stage", {"Prefer": odd}).headers


def test_top_and_skip_count_over_all_pages(client: Client) -> None:
    whole = client.rows(SCORES, select=KEYS)
    assert client.rows(SCORES, 3, top=8, skip=5, select=KEYS) == whole[5:13]
    assert [len(page) for page in client.pages(SCORES, 3, top=8, select=KEYS)] == [3, 3, 2]
    assert [len(page) for page in client.pages(SCORES, 4, top=8, select=KEYS)] == [4, 4]
    assert client.rows(SCORES, top=0) == []
    assert client.json(SCORES, top=0, count="true")["@odata.count"] == len(whole)
    assert client.rows(SCORES, skip=len(whole)) == []
    assert "@odata.nextLink" not in client.json("dim_stage", {"Prefer": "odata.maxpagesize=8"})


def test_every_page_tells_the_same_count(client: Client) -> None:
    first = client.json("dim_principle", {"Prefer": "odata.maxpagesize=5"}, count="true", filter="number gt 2")
    second = client.json(first["@odata.nextLink"])
    assert first["@odata.count"] == second["@odata.count"] == 10


def test_select_shows_what_is_asked_for_in_the_table_s_order(client: Client) -> None:
    content = client.json("dim_stage", select="title, stage", top=1)
    assert content["@odata.context"].endswith("$metadata#dim_stage(stage,title)")
    assert list(content["value"][0].items()) == [("stage", 1), ("title", "Awareness")]
    assert client.json("dim_stage", select="*") == client.json("dim_stage")
    assert client.json("dim_stage", select="title", orderby="stage desc", top=1)["value"] == [
        {"title": "Exit activation"}
    ]


# Single rows


def test_one_row_is_found_by_its_key(client: Client) -> None:
    for row in client.rows(SCORES, top=5):
        keys = [f"{name}='{row[name]}'" for name in ("relationship_id", "indicator_id", "period")]
        for order in (keys, keys[::-1]):
            found = client.json(f"{SCORES}({','.join(order)})")
            assert found.pop("@odata.context").endswith(f"$metadata#{SCORES}/$entity")
            assert found == row
    assert client.json("dim_stage(2)")["title"] == client.json("dim_stage(stage=2)")["title"] == "Knowledge"
    assert client.json("dim_date(2024-02-29)", select="iso_week")["iso_week"] == 9
    assert client.json("dim_organisation('" + uid("b").upper() + "')")["legal_name"] == "Bee again"


@pytest.mark.parametrize(
    "path", ["nope", "dim_stage(9)", "dim_principle('P13')", f"{SCORES}/", "bi_dim_stage", "dim_stage;x", "$batch"]
)
def test_what_is_not_there_is_not_found(client: Client, path: str) -> None:
    if path.endswith("/"):
        assert client.rows(path, top=1) == client.rows(SCORES, top=1)
    else:
        assert client.refusal(path)[:2] == (404, "NOT_FOUND")


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("dim_stage()", "A row of dim_stage is named by stage."),
        ("dim_stage(1,)", "A row of dim_stage is named by stage."),
        ("dim_stage(1,2)", "A row of dim_stage is named by stage."),
        ("dim_stage(title='x')", "A row of dim_stage is named by stage."),
        (f"{SCORES}('x')", f"A row of {SCORES} is named by relationship_id, indicator_id, period."),
        (f"{SCORES}(period='x')", f"A row of {SCORES} is named by relationship_id, indicator_id, period."),
        ("dim_stage('1')", "stage is an Edm.Int64 and cannot be compared with that."),
        ("dim_stage(1.5)", "stage has no decimals."),
        ("dim_stage(null)", "stage is an Edm.Int64 and cannot be compared with that."),
        ("dim_stage(1)/$count", "One row is not counted."),
        ("dim_stage(1)?$top=1", "One row takes $select and $format alone."),
        ("dim_date(2024-13-01)", "The expression cannot be read at character 5."),
    ],
)
def test_a_key_that_is_none_is_refused(client: Client, path: str, message: str) -> None:
    assert client.refusal(path) == (400, "BAD_REQUEST", message)


# Options


@pytest.mark.parametrize(
    ("query", "status", "message"),
    [
        ("$top=-1", 400, "$top must be a whole number from 0 to 2147483647."),
        ("$top=x", 400, "$top must be a whole number from 0 to 2147483647."),
        ("$skip=99999999999", 400, "$skip must be a whole number from 0 to 2147483647."),
        ("$count=yes", 400, "$count must be true or false."),
        ("$select=titel", 400, "dim_stage has no column 'titel'."),
        ("$select=is_deleted", 400, "dim_stage has no column 'is_deleted'."),
        ("$orderby=titel", 400, "dim_stage has no column 'titel'."),
        ("$orderby=title up", 400, "'title up' is no column with asc or desc behind it."),
        ("$orderby=,", 400, "dim_stage has no column ''."),
        ("$top=1&$top=2", 400, "$top is given more than once."),
        ("$foo=1", 400, "There is no option $foo."),
        ("$filter=%ff", 400, "The query is not percent-encoded UTF-8."),
        ("$skiptoken=x", 400, "The $skiptoken belongs to another request: follow @odata.nextLink as it is."),
        ("$skiptoken=WyJ4Il0", 400, "The $skiptoken belongs to another request: follow @odata.nextLink as it is."),
        ("$skiptoken=Wzk5OTk5OTk5OTk5OTk5OTk5OTk5XQ", 400,
         "The $skiptoken belongs to another request: follow @odata.nextLink as it is."),
        ("$expand=x", 501, "$expand is not supported."),
        ("$apply=aggregate(x)", 501, "$apply is not supported."),
        ("$search=x", 501, "$search is not supported."),
        ("$filter=title eq @x&@x='y'", 501, "A parameter alias is not supported."),
    ],
)  # fmt: skip
def test_options_that_cannot_be_followed_are_refused(client: Client, query: str, status: int, message: str) -> None:
    code = "NOT_SUPPORTED" if status == 501 else "BAD_REQUEST"
    assert client.refusal(f"dim_stage?{query}") == (status, code, message)


def test_options_of_the_client_s_own_mean_nothing(client: Client) -> None:
    assert client.json("dim_stage?x=1&x=2&top=3") == client.json("dim_stage")


def test_a_token_of_one_order_is_none_of_another(client: Client) -> None:
    link = client.json(SCORES, {"Prefer": "odata.maxpagesize=1"}, orderby="score")["@odata.nextLink"]
    assert client.refusal(link.replace("$orderby=score", "$orderby=period"))[0] == 400


@pytest.mark.parametrize("strings", ["true", "false"])
def test_numbers_are_strings_for_those_who_ask(client: Client, strings: str) -> None:
    for headers, options in (
        ({"Accept": f"application/json;odata.metadata=minimal;IEEE754Compatible={strings}"}, {}),
        ({}, {"format": f"application/json;IEEE754Compatible={strings}"}),
    ):
        answer = client.get("dim_policy", headers, count="true", **options)
        assert f"IEEE754Compatible={strings}" in answer.headers["content-type"]
        (row,) = answer.json()["value"]
        expected: tuple[Any, ...] = ("1", "0", "50.00") if strings == "true" else (1, 0, 50.0)
        assert (answer.json()["@odata.count"], row["policy_version"], row["amber_from"]) == expected
        assert row["gate_principle_red"] is True


@pytest.mark.parametrize("accepted", ["text/plain", "text/plain;charset=utf-8,*/*;q=0.1", "application/json"])
def test_a_count_is_a_plain_number_whatever_is_accepted(client: Client, accepted: str) -> None:
    answer = client.get("dim_stage/$count", {"Accept": accepted})
    assert (answer.status_code, answer.text) == (200, "8")
    assert answer.headers["content-type"].startswith("text/plain")


def test_without_metadata_there_is_no_context(client: Client) -> None:
    content = client.json("dim_stage", {"Accept": "application/json;odata.metadata=none"})
    assert list(content) == ["value"]


@pytest.mark.parametrize(
    ("headers", "options", "status"),
    [
        ({"Accept": "application/atom+xml"}, {}, 406),
        ({}, {"format": "atom"}, 415),
        ({"OData-MaxVersion": "3.0"}, {}, 400),
    ],
)
def test_what_we_do_not_speak_is_refused(
    client: Client, headers: dict[str, str], options: dict[str, str], status: int
) -> None:
    assert client.refusal("dim_stage", headers, **options)[0] == status
    assert client.get("dim_stage", {"OData-MaxVersion": "4.01", "Accept": "text/html,*/*;q=0.1"}).status_code == 200


def test_it_is_read_only(served: Served) -> None:
    headers = {"Authorization": f"Bearer {served.services.token}"}
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        answer = served.send(method, "/odata/dim_stage", headers=headers, content=json.dumps({"stage": 9}))
        assert answer.status_code == 405
