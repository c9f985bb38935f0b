"""An audit pack verifies by itself, leaks nothing that it was not asked for, and says what happened.

Source: docs/audit.md.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from hashlib import sha256
from pathlib import Path
from uuid import UUID

import pytest

from api.trail import pack as packing
from api.trail import paper
from api.trail.pack import must_be_free
from audited import ADA, KEELS, NOTE, OF_ADA, SECRET, WHY, WHY_VOID
from command_line import WINGS
from domain.errors import IsMalformed, IsOutOfRange, UnknownId
from domain.log.verify import DoesNotVerify, check_directory, parse_key
from domain.store.engine import reading
from packed import GONE, GONE_NAME, Audited, an_audited, files, printed, sections
from projections.scorecards.question import Question
from projections.scorecards.service import scorecards

SEALED_TEXTS = (*OF_ADA, NOTE, WHY, WHY_VOID, "As agreed", "She married", "Ada Alder", SECRET[3])
"""Every name and free text of the story is of one of these or alike; none may be seen unasked."""


@pytest.fixture(scope="module")
def audit(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Audited]:
    """A register with three packs of it: `all`, `wings` and `open`. Their PDFs are in a core font, to be read here."""
    folder = tmp_path_factory.mktemp("audit")
    with pytest.MonkeyPatch.context() as patched, an_audited(f"sqlite:///{folder / 'register.db'}", folder) as found:
        patched.setattr(paper, "find_fonts", lambda: None)
        found.pack("all")
        found.pack("wings", relationship="wings")
        found.pack("open", open_texts=True)
        yield found


def html(audit: Audited, name: str) -> str:
    return (audit.folder / name / "report.html").read_text("utf-8")


# --- It verifies ---


def test_a_pack_verifies_with_the_key_alone_and_against_an_earlier_checkpoint(audit: Audited) -> None:
    keys = [parse_key(audit.key)]
    assert audit.size == audit.old_size + 2
    for name, entries in (("all", audit.size), ("open", audit.size)):
        found = check_directory(audit.folder / name, keys, old=audit.old)
        assert (found.checkpoint.size, found.entries) == (audit.size, entries)
    wings = check_directory(audit.folder / "wings", keys, old=audit.old)
    assert wings.checkpoint.size == audit.size
    assert 0 < wings.entries < audit.size


def test_the_packed_program_verifies_it_where_nothing_of_counterfoil_is_found(audit: Audited, tmp_path: Path) -> None:
    (tmp_path / "old").write_bytes(audit.old)
    command = [sys.executable, "-I", "verify.py", ".", "--key", audit.key, "--old", str(tmp_path / "old")]
    done = subprocess.run(command, cwd=audit.folder / "all", capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[0].startswith(f"The log counterfoil.local/register verifies: {audit.size} entries,")


def test_it_verifies_on_both_databases(database_url: str, tmp_path: Path) -> None:
    with an_audited(database_url, tmp_path) as found:
        found.pack("all")
        made = found.pack("wings", relationship=WINGS)
        keys = [parse_key(found.key)]
        assert check_directory(tmp_path / "all", keys, old=found.old).entries == found.size
        assert check_directory(tmp_path / "wings", keys, old=found.old).entries == made.entries


@pytest.mark.parametrize("name", ["all", "wings"])
def test_a_flipped_bit_in_any_file_of_the_log_is_caught(audit: Audited, tmp_path: Path, name: str) -> None:
    shutil.copytree(audit.folder / name, tmp_path / "pack")
    keys = [parse_key(audit.key)]
    kinds = set()
    for path in sorted(path for path in (tmp_path / "pack" / "log").rglob("*") if path.is_file()):
        content = path.read_bytes()
        kinds.add(path.suffix if path.parent.name == "facts" else path.parent.parent.name)
        for at in (0, len(content) // 3, len(content) // 2, len(content) - 1):
            path.write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])
            with pytest.raises(DoesNotVerify):
                check_directory(tmp_path / "pack", keys)
        path.write_bytes(content)
    check_directory(tmp_path / "pack", keys)
    whole = {"pack", "0", "entries"}  # the checkpoint, a tile of hashes, a bundle of entries
    assert kinds == (whole if name == "all" else {"pack", "0", ".json", ".tlog-proof"})


def test_it_does_not_verify_with_the_key_of_somebody_else(audit: Audited, tmp_path: Path) -> None:
    with an_audited(f"sqlite:///{tmp_path / 'register.db'}", tmp_path) as other:
        key = parse_key(other.key)
    with pytest.raises(DoesNotVerify):
        check_directory(audit.folder / "all", [key])
    with pytest.raises(DoesNotVerify):
        audit.pack("never", keys=(key,))
    assert not [path for path in audit.folder.iterdir() if "never" in path.name]


# --- What is in it ---


@pytest.mark.parametrize("name", ["all", "wings", "open"])
def test_the_manifest_names_every_file_with_its_hash(audit: Audited, name: str) -> None:
    found = files(audit.folder / name)
    told = json.loads(found.pop("manifest.json"))
    assert told["files"] == {
        path: {"size": len(content), "sha256": sha256(content).hexdigest()} for path, content in found.items()
    }
    assert (told["known_at"], told["to"], told["checkpoint"]["final"]) == (audit.size, "2024-06-01", True)
    expected = {"README.txt", "keys.txt", "verify.py", "report.html", "report.pdf", "log/checkpoint"}
    assert expected <= set(found)
    assert ("texts.ndjson" in found) == (name == "open")
    assert audit.key in found["keys.txt"].decode()


@pytest.mark.parametrize(("name", "held"), [("all", {WINGS, KEELS}), ("wings", {WINGS})])
def test_the_digests_are_those_of_the_register(audit: Audited, name: str, held: set[str]) -> None:
    published = {
        path.stem: json.loads(path.read_text("utf-8"))["digest"]
        for path in (audit.folder / name / "scorecards").iterdir()
    }
    asked = [Question(relationship_id=UUID(k), as_of=date(2024, 6, 1), known_at=audit.size) for k in sorted(held)]
    with reading(audit.services.engine) as connection:
        cards = scorecards(connection, asked)
    assert published == {str(q.relationship_id): c.digest() for q, c in zip(asked, cards, strict=True)}


def test_the_evidence_names_what_the_scorecard_counted(audit: Audited) -> None:
    card = json.loads((audit.folder / "wings" / "scorecards" / f"{WINGS}.json").read_text("utf-8"))
    lines = (audit.folder / "wings" / "evidence" / f"{WINGS}.ndjson").read_text("utf-8").splitlines()
    told = [json.loads(line) for line in lines]
    counted = {(i["id"], p) for part in card["principles"] for i in part["indicators"] for p in i["counted"]}
    assert len(counted) > 3
    assert {(line["indicator"], line["position"]) for line in told if line["list"] == "counted"} == counted
    assert {"corrected", "voided", "dispute", "countersignature"} <= {line["list"] for line in told}
    positions = {int(path.stem) for path in (audit.folder / "wings" / "log" / "facts").glob("*.json")}
    assert {line["position"] for line in told} <= positions


def test_a_pack_of_one_relationship_holds_nothing_of_another_and_nothing_private(audit: Audited) -> None:
    held = {int(path.stem) for path in (audit.folder / "wings" / "log" / "facts").glob("*.json")}
    private = 0
    for position, entry in audit.entries():
        relationship = entry.get("relationship_id")
        if relationship == WINGS:
            private += entry["visibility"] == "own"
            assert (position in held) == (entry["visibility"] == "shared"), entry
        elif relationship is not None:
            assert position not in held, entry
    assert private == 2, "the risk of Birch's own, and its assessment"
    everything, on_paper = b"".join(files(audit.folder / "wings").values()), printed(pdf(audit, "wings"))
    for secret in (*SECRET, KEELS, "Sale"):
        assert secret.encode() not in everything, secret
        assert secret.replace(" ", "") not in on_paper, secret
    assert SECRET[1] in html(audit, "all"), "the name that the other pack must not have"


# --- Sealed texts ---


def pdf(audit: Audited, name: str) -> bytes:
    return (audit.folder / name / "report.pdf").read_bytes()


@pytest.mark.parametrize("name", ["all", "wings"])
def test_sealed_texts_are_nowhere_unless_asked_for(audit: Audited, name: str) -> None:
    everything = b"".join(files(audit.folder / name).values())
    on_paper = printed(pdf(audit, name))
    assert "Correctionsandvoids" in on_paper, "the text of the PDF is read"
    for text in SEALED_TEXTS:
        assert text.encode() not in everything, text
        assert text.replace(" ", "") not in on_paper, text


def test_sealed_texts_are_there_when_asked_for_and_match_their_commitments(audit: Audited) -> None:
    found = files(audit.folder / "open")
    entries = {position: json.dumps(entry) for position, entry in audit.entries()}
    said = set()
    for line in map(json.loads, found["texts.ndjson"].decode().splitlines()):
        assert sha256(line["committed"].encode()).hexdigest() == line["sha256"]
        assert line["sha256"] in entries[line["position"]]
        said.add(json.loads(line["committed"])[2])
    assert set(SEALED_TEXTS) <= said
    assert GONE_NAME not in said
    for text in (WHY, WHY_VOID, "It was late", "As agreed"):
        assert text in found["report.html"].decode(), text
        assert text.replace(" ", "") in printed(found["report.pdf"]), text


def test_an_erased_person_is_in_no_pack(audit: Audited) -> None:
    for name in ("all", "wings", "open"):
        assert GONE_NAME.encode() not in b"".join(files(audit.folder / name).values())


# --- The report ---


def test_the_report_tells_of_everything_in_its_section(audit: Audited) -> None:
    told = sections(html(audit, "open"))
    assert list(told) == [
        "What this report covers",
        "Results at a glance",
        "Keels",
        "Wings",
        "Corrections and voids of register-wide entries",
        "Changes of access",
        "Erasures of personal data",
        "The checkpoint",
        "How to verify this pack",
    ]
    card = json.loads((audit.folder / "open" / "scorecards" / f"{WINGS}.json").read_text("utf-8"))
    about = told["What this report covers"]
    assert f"position {audit.size} of the log" in about
    assert f"all {audit.size} entries" in about
    assert card["digest"][:16] in told["Results at a glance"]
    wings = told["Wings"]
    parts = ("Scores per principle", "Evidence", "Corrections and voids", "Disputes", "Countersignatures")
    starts = [wings.index(f" {part} ") for part in parts]
    assert starts == sorted(starts)
    _, evidence, corrections, disputes, countersignatures = (
        wings[start:end] for start, end in zip(starts, [*starts[1:], None], strict=True)
    )
    assert card["digest"] in wings[: starts[0]]
    assert "Entries counted" in evidence
    assert "Promise kept" in evidence
    for text in ("Before", "After", "10 Feb 2024", "12 Feb 2024", WHY, WHY_VOID, "no effect"):
        assert text in corrections, text
    assert "It was late" in disputes
    assert "Dispute settled: upheld" in disputes
    assert "As agreed" in countersignatures
    assert "It was late" not in countersignatures
    assert "She married" in told["Corrections and voids of register-wide entries"]
    assert GONE in told["Erasures of personal data"]
    checkpoint = (audit.folder / "open" / "log" / "checkpoint").read_text().splitlines()
    for text in (checkpoint[0], checkpoint[2], audit.key):
        assert text in told["The checkpoint"], text
    for text in ("python -I verify.py . --key", "counterfoil replay --against .", "--old"):
        assert text in told["How to verify this pack"], text


def test_people_are_called_by_their_ids_where_texts_stay_sealed(audit: Audited) -> None:
    assert ADA in html(audit, "wings")
    assert "(sealed)" in html(audit, "wings")
    assert ADA not in sections(html(audit, "open"))["Wings"]


@pytest.mark.parametrize("fonts", [True, False])
def test_the_report_is_a_pdf_with_pages(audit: Audited, tmp_path: Path, fonts: bool) -> None:
    """In the fonts of this machine, if there are any, and in a core font."""
    if fonts:
        with an_audited(f"sqlite:///{tmp_path / 'register.db'}", tmp_path) as found:
            found.pack("pack")
        content = (tmp_path / "pack" / "report.pdf").read_bytes()
    else:
        content = pdf(audit, "all")
    assert content.startswith(b"%PDF-")
    assert content.rstrip().endswith(b"%%EOF")
    assert content.count(b"/Type /Page\n") > 2


def test_a_period_leaves_out_what_lies_outside_and_scores_its_end(audit: Audited) -> None:
    """The correction is of a promise of January, and was recorded on the day of the clock, in June."""
    audit.pack("spring", relationship="wings", from_on=date(2024, 2, 15), to_on=date(2024, 4, 1))
    told = sections(html(audit, "spring"))["Wings"]
    assert "Where the period begins" in told
    assert "Corrections and voids None." in told
    manifest = json.loads((audit.folder / "spring" / "manifest.json").read_text("utf-8"))
    assert (manifest["from"], manifest["to"]) == ("2024-02-15", "2024-04-01")
    card = json.loads((audit.folder / "spring" / "scorecards" / f"{WINGS}.json").read_text("utf-8"))
    assert card["as_of"] == "2024-04-01"
    check_directory(audit.folder / "spring", [parse_key(audit.key)])


# --- What is refused ---


def test_a_place_with_something_in_it_is_refused_and_left_as_it_is(audit: Audited, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "file").write_text("mine")
    for place in (tmp_path / "mine", tmp_path / "mine" / "file"):
        with pytest.raises(IsMalformed) as said:
            must_be_free(place)
        assert str(said.value) == f"{place} is there already, and not empty."
    (audit.folder / "taken").mkdir()
    (audit.folder / "taken" / "file").write_text("mine")
    with pytest.raises(IsMalformed):
        audit.pack("taken")
    assert files(audit.folder / "taken") == {"file": b"mine"}
    assert not list(audit.folder.glob(".taken*"))


def test_an_empty_directory_is_filled(audit: Audited) -> None:
    (audit.folder / "empty").mkdir()
    made = audit.pack("empty", relationship="wings")
    assert len(files(audit.folder / "empty")) == made.files


def test_a_failure_midway_leaves_nothing_behind(audit: Audited) -> None:
    """After the log has been written, and after everything has: at each step that reports progress."""
    asked = packing.Wanted()
    begun = packing.begin(audit.services, asked)
    steps: list[int] = []

    def fails_after(count: int) -> packing.Progress:
        def told(done: int) -> None:
            steps.append(done)
            if len(steps) == count:
                raise OSError("No space left on device")

        return told

    before = sorted(audit.folder.iterdir())
    for count in (1, 4, 8):
        steps.clear()
        with pytest.raises(OSError, match="No space left"):
            packing.write(audit.services, begun, asked, audit.folder / "new" / "pack", fails_after(count))
        assert not list((audit.folder / "new").iterdir())
    (audit.folder / "new").rmdir()
    assert sorted(audit.folder.iterdir()) == before


def test_what_cannot_be_audited_is_said(audit: Audited) -> None:
    with pytest.raises(UnknownId):
        audit.pack("no", relationship="nowhere")
    with pytest.raises(IsOutOfRange, match=r"^2024-06-02 is after today, 2024-06-01\.$"):
        audit.pack("no", to_on=date(2024, 6, 2))
    with pytest.raises(IsOutOfRange, match=r"^The period from 2024-05-02 to 2024-05-01 has no days\.$"):
        audit.pack("no", from_on=date(2024, 5, 2), to_on=date(2024, 5, 1))
    assert not list(audit.folder.glob("*no"))
