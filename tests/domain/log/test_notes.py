"""Signed notes, checkpoints, cosignatures, proofs and submissions as text. Sources: the C2SP specifications."""

from base64 import b64encode

import pytest

from domain.log.proofs import LONGEST, Submission, parse_submission
from domain.log.signing import SigningKey
from domain.log.verify import (
    COSIGNATURE,
    LOG_SIGNATURE,
    Checkpoint,
    DoesNotVerify,
    Note,
    Signature,
    VerifierKey,
    check_entry,
    open_checkpoint,
    parse_checkpoint,
    parse_key,
    parse_note,
    parse_proof,
    signers,
)
from served_log import LOG, ORIGIN, OTHER, SIZE, WITNESS, Log, key

# The example of the documentation of Go's golang.org/x/mod/sumdb/note, whose keys and signatures are published there.
GO_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_NOTE = """If you think cryptography is the answer to your problem,
then you don't know what your problem is.

— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=
"""
GO_SECRET = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
LINE = b64encode(bytes(32)).decode()


def test_a_note_that_go_signed_verifies() -> None:
    note = parse_note(GO_NOTE.encode())
    assert signers(note, [parse_key(GO_KEY)]) == [parse_key(GO_KEY)]
    assert str(parse_key(GO_KEY)) == GO_KEY
    assert str(note) == GO_NOTE


def test_we_sign_as_go_does() -> None:
    secret = SigningKey.parse(GO_SECRET)
    assert (secret.encode(), str(secret.verifier)) == (GO_SECRET, GO_KEY)
    text = GO_NOTE.partition("\n\n")[0] + "\n"
    assert str(Note(text, (secret.sign(text),))) == GO_NOTE


def test_every_flipped_bit_of_a_checkpoint_is_noticed(log: Log) -> None:
    """In its text, or in the signature of the log."""
    signed = log.checkpoint().encode()
    trusted = [LOG.verifier]
    assert open_checkpoint(signed, trusted)[0] == Checkpoint(ORIGIN, SIZE, log.roots[SIZE])
    for place in range(len(signed)):
        for bit in range(8):
            wrong = signed[:place] + bytes([signed[place] ^ 1 << bit]) + signed[place + 1 :]
            with pytest.raises(DoesNotVerify):
                open_checkpoint(wrong, trusted)


def test_every_flipped_byte_of_a_cosignature_is_noticed(log: Log) -> None:
    signed = log.checkpoint(SIZE, WITNESS)
    *_, line = parse_note(signed.encode()).signatures
    assert signers(parse_note(signed.encode()), [WITNESS.verifier, OTHER.verifier]) == [WITNESS.verifier]
    text = signed.partition("\n\n")[0] + "\n"
    for place in range(len(line.signature)):
        wrong = line.signature[:place] + bytes([line.signature[place] ^ 1]) + line.signature[place + 1 :]
        with pytest.raises(DoesNotVerify, match=r"The signature of birch\.example is wrong\."):
            signers(Note(text, (Signature(line.name, line.key_id, wrong),)), [WITNESS.verifier])
    with pytest.raises(DoesNotVerify, match=r"The cosignature of birch\.example is too short\."):
        signers(Note(text, (Signature(line.name, line.key_id, line.signature[:7]),)), [WITNESS.verifier])


def test_signatures_of_others_are_passed_over_and_a_key_counts_once(log: Log) -> None:
    text = log.checkpoint().partition("\n\n")[0] + "\n"
    lines = (LOG.sign(text), key(9, "somebody").sign(text), LOG.sign(text), WITNESS.cosign(text, 5))
    note = parse_note(str(Note(text, lines)).encode())
    assert signers(note, [LOG.verifier, WITNESS.verifier]) == [LOG.verifier, WITNESS.verifier]
    assert signers(note, []) == []


def test_a_checkpoint_is_signed_under_its_own_origin(log: Log) -> None:
    other = key(1, "other.example")
    text = str(Checkpoint(ORIGIN, 3, log.roots[3]))
    for note in (Note(text, (other.sign(text),)), Note(text, (key(1, ORIGIN, COSIGNATURE).cosign(text, 1),))):
        with pytest.raises(DoesNotVerify, match="is not signed by a key that you trust"):
            open_checkpoint(str(note).encode(), [other.verifier, LOG.verifier, key(1, ORIGIN, COSIGNATURE).verifier])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "text\n",
        "text\n\n",
        "text\n\n— a b",
        "text\n\n— a AAAAAAA=",
        "text\n\n- a AAAAAAA=\n",
        "text\n\n— a AAAA\n",
        "text\n\n— a AAAAAAA\n",
        "text\n\n— a AAAAAAB=\n",
        "text\n\n— a+b AAAAAAA=\n",
        "text\n\n— a  AAAAAAA=\n",
        "te\txt\n\n— a AAAAAAA=\n",
        "te\rxt\n\n— a AAAAAAA=\n",
        "text\n\n— a AAAAAAA=\n\n",
    ],
)
def test_what_is_no_note(text: str) -> None:
    with pytest.raises(DoesNotVerify):
        parse_note(text.encode())


def test_a_note_is_utf_8() -> None:
    with pytest.raises(DoesNotVerify, match="The note is not UTF-8"):
        parse_note(b"\xff\n\n\xe2\x80\x94 a AAAAAAA=\n")
    assert parse_note("Prüfung\n\n— a AAAAAAA=\n".encode()).text == "Prüfung\n"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a\n1\n",
        f"\n1\n{LINE}\n",
        f"a\n01\n{LINE}\n",
        f"a\n-1\n{LINE}\n",
        f"a\n{10**19}\n{LINE}\n",
        f"a\nx\n{LINE}\n",
        "a\n1\nAAAA\n",
        "a\n1\n!\n",
        f"a\n1\n{LINE}\n\n",
    ],
)
def test_what_is_no_checkpoint(text: str) -> None:
    with pytest.raises(DoesNotVerify):
        parse_checkpoint(text)


def test_extension_lines_of_a_checkpoint_are_passed_over() -> None:
    assert parse_checkpoint(f"a\n0\n{LINE}\nmore\n") == Checkpoint("a", 0, bytes(32))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "a+00000000+AAAA",
        GO_KEY.replace("c74f", "c74e"),
        GO_KEY.replace("+ARpc", "+ARpd"),
        GO_KEY.upper(),
        f"{GO_KEY} x",
        str(VerifierKey("a", 0x02, bytes(32))),
        str(VerifierKey("a", LOG_SIGNATURE, bytes(31))),
        str(VerifierKey("a", LOG_SIGNATURE, b"")),
        "a+00000000+====",
        "a b+c74f20a3+AAAA",
    ],
)
def test_what_is_no_verifier_key(text: str) -> None:
    with pytest.raises(DoesNotVerify):
        parse_key(text)


@pytest.mark.parametrize(
    "text", ["", GO_KEY, GO_SECRET[:-4], GO_SECRET.replace("c74f", "c74e"), GO_SECRET.replace("+AYEK", "+AoEK")]
)
def test_what_is_no_signing_key(text: str) -> None:
    with pytest.raises(DoesNotVerify):
        SigningKey.parse(text)


def test_a_key_that_was_made_can_be_written_and_read() -> None:
    for kind in (LOG_SIGNATURE, COSIGNATURE):
        made = SigningKey.make("birch.example", kind)
        read = SigningKey.parse(f" {made.encode()}\n")
        assert (read.verifier, read.encode()) == (made.verifier, made.encode())
        assert parse_key(str(made.verifier)) == made.verifier


# Proofs of one entry


def test_every_flipped_byte_of_a_proof_file_is_noticed(log: Log) -> None:
    proof, entry = log.proof(77).encode(), log.entries[77]
    index, checkpoint, _ = check_entry(entry, proof, [LOG.verifier])
    assert (index, checkpoint.size) == (77, SIZE)
    for place in range(len(proof)):
        wrong = proof[:place] + bytes([proof[place] ^ 1]) + proof[place + 1 :]
        with pytest.raises(DoesNotVerify):
            check_entry(entry, wrong, [LOG.verifier])
    for place in range(len(entry)):
        with pytest.raises(DoesNotVerify):
            check_entry(entry[:place] + bytes([entry[place] ^ 1]) + entry[place + 1 :], proof, [LOG.verifier])


def test_a_proof_may_carry_extra_data(log: Log) -> None:
    proof = log.proof(1).replace("@v1\n", "@v1\nextra AAAA\n").encode()
    assert parse_proof(proof).leaf == 1
    with pytest.raises(DoesNotVerify):
        parse_proof(proof.replace(b"extra AAAA", b"extra A"))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("tlog-proof@v1", "tlog-proof@v2"),
        ("index 1\n", ""),
        ("index 1\n", "index 01\n"),
        ("index 1\n", "index -1\n"),
        ("index 1\n", f"index {10**19}\n"),
        ("\n\n", "\n"),
        ("index 1\n", "index 1\nAAAA\n"),
    ],
)
def test_what_is_no_proof(log: Log, old: str, new: str) -> None:
    head, gap, _ = log.proof(1).partition("\n\n")
    with pytest.raises(DoesNotVerify):
        parse_proof(f"{head}{gap}".replace(old, new).encode())


# Submissions to a witness


def test_a_submission_is_read_as_it_was_written(log: Log) -> None:
    for hashes in ((), (bytes(32), b"x" * 32)):
        sent = Submission(3, hashes, log.checkpoint().encode())
        assert parse_submission(bytes(sent)) == sent
    assert bytes(Submission(3, (bytes(32),), b"note")) == f"old 3\n{LINE}\n\nnote".encode()
    parse_submission(b"old 3\n" + f"{LINE}\n".encode() * LONGEST + b"\nnote")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"old 3\n",
        b"old 03\n\nnote",
        b"old -3\n\nnote",
        b"3\n\nnote",
        b"old 3\nAAAA\n\nnote",
        b"old 3\n\xff\n\nnote",
        b"old 3\n" + f"{LINE}\n".encode() * (LONGEST + 1) + b"\nnote",
    ],
)
def test_what_is_no_submission(body: bytes) -> None:
    with pytest.raises(DoesNotVerify):
        parse_submission(body)
