"""What no file of the repository may hold."""

import re
import shutil
import subprocess
from functools import cache

import pytest

from markdown_pages import ROOT

# Each pattern is written so that it does not find itself.
NOWHERE = {
    "a page outside the repository": r"\.\./sh[a]red",
    "a path of one machine": r"/(?:w[o]rk|f[a]rm|r[o]ot|U[s]ers)/|/hom[e]/[a-z]+/|[A-Z]:\\[U]sers",
    "a host of a package registry or content network": r"pyp[i]\.org|pythonhoste[d]|npmj[s]\.|de[b]\.debian|unpk[g]\.|"
    r"jsdeliv[r]\.|cdnj[s]\.|esm\.s[h]\b|googleapi[s]\.",
    "a key": r"-----BEGIN [A-Z ]*PRIVATE K[E]Y",
}
NOT_IN_CODE = {
    "something unfinished": r"\b(?:T[O]DO|F[I]XME)\b|NotImplemented[E]rror",
    "a test that is left out": r"pytest\.sk[i]p|mark\.sk[i]p|mark\.xf[a]il|importorsk[i]p",
}

MADE = {"data", "dist", "vendor", "__pycache__"}
SHOWN = {"api", "docs", "domain", "projections", "requirements", "scripts", "tests", ".ci"}


@cache
def texts() -> dict[str, str]:
    """The text files that git knows or would take, by their path; without git, all but what a run or a test makes."""
    found = {}
    for name in listed():
        path = ROOT / name
        content = path.read_bytes() if path.is_file() else b""
        if b"\0" not in content:
            found[name] = content.decode("utf-8")
    return found


def listed() -> list[str]:
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    if shutil.which("git") and (ROOT / ".git").exists():
        names = subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout.decode().split("\0")
        return [name for name in names if name]
    paths = (path.relative_to(ROOT) for path in ROOT.rglob("*"))
    return [str(path) for path in paths if not MADE.intersection(path.parts) and path.parts[0] in (*SHOWN, path.name)]


@pytest.mark.parametrize("what", NOWHERE)
def test_no_file_holds(what: str) -> None:
    pattern = re.compile(NOWHERE[what])
    assert [name for name, text in texts().items() if pattern.search(text)] == []


@pytest.mark.parametrize("what", NOT_IN_CODE)
def test_no_program_holds(what: str) -> None:
    pattern = re.compile(NOT_IN_CODE[what])
    programs = {name: text for name, text in texts().items() if name.endswith(".py") or name.startswith("scripts/")}
    assert [name for name, text in programs.items() if pattern.search(text)] == []


def test_every_page_that_code_and_tests_cite_is_there() -> None:
    cited = {
        page
        for name, text in texts().items()
        if name.endswith((".py", ".toml")) or name.startswith(("scripts/", ".ci/"))
        for page in re.findall(r"\bdocs/[a-z_/]+\.md\b", text)
    }
    assert {page for page in cited if not (ROOT / page).exists()} == set()
    assert "docs/principles.md" in cited
    assert "docs/events.md" in cited


def test_every_rule_that_code_and_tests_cite_is_on_the_page() -> None:
    rules = set(re.findall(r"^- \*\*(A\d+)\.\*\*", texts()["docs/principles.md"], re.MULTILINE))
    assert rules == {f"A{n}" for n in range(1, 102)}
    cited = {
        rule
        for name, text in texts().items()
        if name.endswith(".py")
        for line in re.findall(r"docs/principles\.md[^\n\"]*", text)
        for rule in re.findall(r"\bA\d+\b", line)
    }
    assert cited <= rules
