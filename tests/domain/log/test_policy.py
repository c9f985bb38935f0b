"""Which cosignatures make a checkpoint final. Source: c2sp.org/tlog-policy."""

import pytest

from domain.log.policy import NO_WITNESSES, parse_policy
from domain.log.verify import COSIGNATURE, DoesNotVerify, VerifierKey
from served_log import LOG, OTHER, WITNESS, key

THIRD = key(4, "dale.example", COSIGNATURE)
KEYS = f"""# whom we know
log {LOG.verifier} https://log.example/
witness birch {WITNESS.verifier} https://birch.example/
witness\tcedar   {OTHER.verifier}

witness dale {THIRD.verifier}
"""


def final(text: str, *cosigners: VerifierKey) -> bool:
    return parse_policy((KEYS + text).encode()).is_final(cosigners)


def test_one_witness() -> None:
    assert final("quorum birch\n", WITNESS.verifier)
    assert not final("quorum birch\n", OTHER.verifier, THIRD.verifier)
    assert not final("quorum birch\n")


def test_nobody() -> None:
    assert final("quorum none\n")
    assert NO_WITNESSES.is_final([])


@pytest.mark.parametrize(("needed", "enough"), [("any", 1), ("1", 1), ("2", 2), ("all", 3), ("3", 3)])
def test_so_many_of_a_group(needed: str, enough: int) -> None:
    text = f"group partners {needed} birch cedar dale\nquorum partners\n"
    cosigners = [WITNESS.verifier, OTHER.verifier, THIRD.verifier]
    for count in range(4):
        assert final(text, *cosigners[:count]) is (count >= enough)


def test_a_group_of_groups() -> None:
    text = "group two any birch cedar\ngroup all-of-us all two dale\nquorum all-of-us\n"
    assert final(text, OTHER.verifier, THIRD.verifier)
    assert not final(text, WITNESS.verifier, OTHER.verifier)


def test_what_a_policy_names() -> None:
    policy = parse_policy((KEYS + "quorum birch").encode())
    assert policy.logs == (LOG.verifier,)
    assert [(w.name, w.url) for w in policy.witnesses.values()] == [
        ("birch", "https://birch.example/"), ("cedar", None), ("dale", None)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "The policy has no quorum line."),
        ("quorum nobody\n", "Line 7 of the policy: 'quorum nobody' is not a line that can stand here."),
        ("quorum birch\nquorum birch\n", "Line 8 of the policy: 'quorum birch' is not a line"),
        ("quorum\n", "Line 7 of the policy: 'quorum' is not a line"),
        ("frobnicate\n", "Line 7 of the policy: 'frobnicate' is not a line"),
        ("log\n", "Line 7 of the policy: 'log' is not a line"),
        ("log a b c\n", "Line 7 of the policy: 'log a b c' is not a line"),
        ("witness birch\n", "Line 7 of the policy: 'witness birch' is not a line"),
        (f"witness birch {THIRD.verifier}\n", "The name 'birch' is taken."),
        (f"witness none {THIRD.verifier}\n", "The name 'none' is taken."),
        (f"witness again {THIRD.verifier}\n", "The key of dale.example stands there twice."),
        (f"log {LOG.verifier}\n", "The key of example.org/log stands there twice."),
        (f"log {THIRD.verifier}\n", "The key of dale.example is of the wrong type here."),
        (f"witness new {key(8, 'x').verifier}\n", "The key of x is of the wrong type here."),
        ("witness new nonsense\n", "Line 7 of the policy: 'nonsense' is not a verifier key"),
        ("group birch any cedar\n", "The name 'birch' is taken."),
        ("group g any nobody\n", "'nobody' is not defined above, or is a member already."),
        ("group g any birch birch\n", "'birch' is not defined above, or is a member already."),
        ("group g any birch\ngroup h any birch\n", "Line 8 of the policy: 'birch' is not defined above"),
        ("group g any g\n", "'g' is not defined above"),
        ("group g any\n", "'any' of 0 members cannot be needed."),
        ("group g all\n", "'all' of 0 members cannot be needed."),
        ("group g 0 birch\n", "'0' of 1 members cannot be needed."),
        ("group g 2 birch\n", "'2' of 1 members cannot be needed."),
        ("group g 01 birch\n", "'01' of 1 members cannot be needed."),
        ("group g some birch\n", "'some' of 1 members cannot be needed."),
        ("group g -1 birch\n", "'-1' of 1 members cannot be needed."),
        ("quorum birch\r\n", "The policy holds a control character"),
        ("quorum birch\0\n", "The policy holds a control character"),
    ],
)
def test_what_is_refused(text: str, said: str) -> None:
    with pytest.raises(DoesNotVerify) as refused:
        parse_policy((KEYS + text).encode())
    assert said in str(refused.value)


def test_names_and_comments_may_hold_any_bytes() -> None:
    name = "Bäume".encode()
    policy = parse_policy(b"# \xff\nwitness " + name + b" " + str(WITNESS.verifier).encode() + b"\nquorum " + name)
    assert policy.is_final([WITNESS.verifier])
