"""What an audit pack says of itself: how to verify it step by step, and the keys to verify it with."""

from textwrap import dedent, wrap

from api.trail.blocks import Report
from api.trail.keys import LogKeys
from api.trail.scope import Scope
from domain.log.policy import Policy
from domain.store.checkpoints import CheckpointRow

STAMPED, TIMESTAMP, TEXTS = "checkpoint.stamped", "checkpoint.tsr", "texts.ndjson"
"""The files of a timestamp in `log`, and of opened texts."""
WIDTH = 96
Step = tuple[str, ...]

_FILES = """
log/            the register's log: the signed checkpoint, the hashes of its Merkle tree, and the entries
scorecards/     one scorecard a relationship, with its digest
evidence/       for each scorecard every entry that it counted or left out, and what else the report tells of
report.html     the report, for a browser
report.pdf      the same on paper
keys.txt        the verifier keys that this pack claims; compare them with those that you were given otherwise
verify.py       a program that checks the log; it stands on Python and its package cryptography alone
manifest.json   every file with its size and SHA-256
"""
_OPENED = "texts.ndjson    the sealed texts that this pack was asked for with, as the entries commit to them\n"

_KEYS = """
Get the verifier key of the log, and those of the witnesses that you trust, from the organisations themselves: by
telephone, on paper, from an earlier audit. `keys.txt` says what they should be, but whoever forged this pack would
have forged that file with it.
"""
_LOG = """
Check the log: the signature of its checkpoint, that all entries lead to it, and the cosignatures. You need Python 3.11
or newer with the package `cryptography`. Read `verify.py` first if you like: it is one file.

    python -I verify.py . --key 'KEY OF THE LOG'{witness}

With `--old FILE` it also makes sure that the log still contains all that an earlier checkpoint covered: keep
`log/checkpoint` for the next audit. Where Counterfoil is installed, `counterfoil verify .` does the same.
"""
_FOREIGN = """
Or check it with tools of others. The folder `log` is laid out as c2sp.org/tlog-tiles says, its checkpoint is a
c2sp.org/tlog-checkpoint of the origin {origin}, its hashes are those of RFC 6962.
"""
_BUNDLES = """
The entries are in `log/tile/entries`, each behind its length in two bytes, as c2sp.org/tlog-tiles says.
"""
_FACTS = """
Each entry is a file in `log/facts` with its own proof beside it, as c2sp.org/tlog-proof says. The hash of the entry at
position N is the one at place N-1 of level 0 of the tree, in `log/tile/0`:

    (printf '\\000'; cat log/facts/N.json) | sha256sum
"""
_SCORES = """
Check the scores: each file in `scorecards` bears the SHA-256 of its own content without the digest, in the form of
RFC 8785. Whoever has the register computes them anew from the log alone with

    counterfoil replay --against .

and sees whether each digest is the one published here. The rules are in docs/principles.md of Counterfoil.
"""
_TEXTS = """
Check a sealed text that somebody shows you: the SHA-256 of the committed text, which is the list of a salt, the field's
name and the value in RFC 8785, stands in the entry. A text that was erased can be shown by nobody; its hash stays.
"""
_STAMP = f"""
Check the timestamp (RFC 3161): an outside authority says that the checkpoint, as the log had signed it, was there at
that time. `log/{STAMPED}` is `log/checkpoint` without cosignatures: its first five lines. You need the certificate of
the authority, from the authority itself.

    openssl ts -verify -in log/{TIMESTAMP} -data log/{STAMPED} -CAfile AUTHORITY.pem

    openssl ts -reply -in log/{TIMESTAMP} -text
"""


def steps(checkpoint: CheckpointRow, scope: Scope, origin: str, policy: Policy) -> tuple[Step, ...]:
    """How to verify the pack, each step as paragraphs; one that begins with four blanks is a command."""
    witness = " --witness 'KEY OF A WITNESS'" if policy.witnesses else ""
    single = _BUNDLES if scope.only is None else _FACTS
    told = [_KEYS, _LOG.format(witness=witness), _FOREIGN.format(origin=origin) + single, _SCORES, _TEXTS]
    if checkpoint.timestamp is not None:
        told.append(_STAMP)
    return tuple(map(_paragraphs, told))


def _paragraphs(text: str) -> Step:
    parts = dedent(text).strip("\n").split("\n\n")
    return tuple(part if part.startswith("    ") else " ".join(part.split()) for part in parts)


def readme(report: Report, told: tuple[Step, ...], *, opened: bool) -> str:
    """README.txt: what is in the pack and how to verify it."""
    files = _FILES + (_OPENED if opened else "")
    lines = [report.title.upper(), "", *wrap(report.lede, WIDTH), "", "WHAT IS IN THIS PACK", files, "HOW TO VERIFY IT"]
    for number, step in enumerate(told, 1):
        for place, text in enumerate(step):
            words = text.replace("`", "")
            first = f"{number}. " if place == 0 else "   "
            lines.append("")
            if text.startswith("    "):
                lines.append(f"      {words.strip()}")
            else:
                lines += wrap(words, WIDTH, initial_indent=first, subsequent_indent="   ", break_on_hyphens=False)
    return "\n".join(lines) + "\n"


def keys(log: LogKeys, policy: Policy) -> str:
    """keys.txt: a policy in the form of c2sp.org/tlog-policy, which comments may stand in."""
    lines = [
        "# The verifier keys that this pack claims, in the form of c2sp.org/tlog-policy.",
        "# COMPARE THEM with those that you were given by the organisations themselves, by another way than this pack:",
        "# whoever forged the log would have forged this file with it.",
        *(f"log {key}" for key in log.verifiers),
        *(f"witness {witness.name} {witness.key}" for witness in policy.witnesses.values()),
        *(f"group {name} {group.needed} {' '.join(group.members)}" for name, group in policy.groups.items()),
        f"quorum {policy.quorum}",
    ]
    return "\n".join(lines) + "\n"
