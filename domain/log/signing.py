"""Signs notes. Source: c2sp.org/signed-note, c2sp.org/tlog-cosignature."""

import re
from base64 import b64encode
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from domain.log.verify import (
    COSIGNATURE,
    HASH_BYTES,
    LOG_SIGNATURE,
    DoesNotVerify,
    Signature,
    VerifierKey,
    cosigned,
    from_base64,
)

_SECRET = re.compile(r"PRIVATE\+KEY\+([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)")


class SigningKey(NamedTuple):
    """A private key: a log's where `kind` is LOG_SIGNATURE, a witness's where it is COSIGNATURE."""

    name: str
    kind: int
    private: Ed25519PrivateKey

    @classmethod
    def make(cls, name: str, kind: int) -> "SigningKey":
        return cls(name, kind, Ed25519PrivateKey.generate())

    @classmethod
    def parse(cls, text: str) -> "SigningKey":
        """The key as `encode` writes it. Raises DoesNotVerify for anything else."""
        match = _SECRET.fullmatch(text.strip())
        raw = from_base64(match[3]) if match else b""
        if match is None or len(raw) != 1 + HASH_BYTES or raw[0] not in {LOG_SIGNATURE, COSIGNATURE}:
            raise DoesNotVerify("The text is not a signing key (PRIVATE+KEY+NAME+ID+KEY).")
        key = cls(match[1], raw[0], Ed25519PrivateKey.from_private_bytes(raw[1:]))
        if key.verifier.key_id.hex() != match[2]:
            raise DoesNotVerify(f"The signing key of {key.name} does not have the key id {match[2]}.")
        return key

    def encode(self) -> str:
        """In the form that Go's note package reads."""
        raw = bytes([self.kind]) + self.private.private_bytes_raw()
        return f"PRIVATE+KEY+{self.name}+{self.verifier.key_id.hex()}+{b64encode(raw).decode()}"

    @property
    def verifier(self) -> VerifierKey:
        return VerifierKey(self.name, self.kind, self.private.public_key().public_bytes_raw())

    def sign(self, text: str) -> Signature:
        """The log's signature of a note's text."""
        assert self.kind == LOG_SIGNATURE
        return Signature(self.name, self.verifier.key_id, self.private.sign(text.encode()))

    def cosign(self, text: str, time: int) -> Signature:
        """A witness's cosignature of a checkpoint's text at `time`, in seconds since 1970."""
        assert self.kind == COSIGNATURE
        signature = time.to_bytes(8, "big") + self.private.sign(cosigned(text, time))
        return Signature(self.name, self.verifier.key_id, signature)
