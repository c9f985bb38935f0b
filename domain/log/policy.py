"""Which cosignatures make a checkpoint final. Source: c2sp.org/tlog-policy."""

import re
from collections.abc import Collection, Mapping
from typing import NamedTuple

from domain.log.verify import COSIGNATURE, LOG_SIGNATURE, DoesNotVerify, VerifierKey, parse_key

NONE = "none"
_ALLOWED = re.compile(r"[\t\n\x20-\x7e\x80-\xff]*")


class Witness(NamedTuple):
    """A partner's witness; `url` is where its `add-checkpoint` is reached, None where it is not asked."""

    name: str
    key: VerifierKey
    url: str | None


class Group(NamedTuple):
    """So many of the members, each a witness or a group, must have cosigned."""

    needed: int
    members: tuple[str, ...]


class Policy(NamedTuple):
    """The logs, the witnesses, and whose cosignatures are needed: a name, or `none`."""

    logs: tuple[VerifierKey, ...]
    witnesses: Mapping[str, Witness]
    groups: Mapping[str, Group]
    quorum: str

    def is_final(self, cosigners: Collection[VerifierKey]) -> bool:
        """Whether these cosigners make the quorum."""
        return self.quorum == NONE or self._stands(self.quorum, cosigners)

    def _stands(self, name: str, cosigners: Collection[VerifierKey]) -> bool:
        if name in self.witnesses:
            return self.witnesses[name].key in cosigners
        group = self.groups[name]
        return sum(self._stands(member, cosigners) for member in group.members) >= group.needed


NO_WITNESSES = Policy((), {}, {}, NONE)


def parse_policy(data: bytes) -> Policy:
    """The policy in a file. Raises DoesNotVerify with the number of the line that is wrong."""
    text = data.decode("latin-1")  # names are opaque bytes
    if not _ALLOWED.fullmatch(text):
        raise DoesNotVerify("The policy holds a control character other than tab and newline.")
    reader = _Reader()
    for number, line in enumerate(text.split("\n"), 1):
        words = [word for word in re.split(r"[ \t]+", line) if word]
        if not words or words[0].startswith("#"):
            continue
        try:
            reader.read(words)
        except DoesNotVerify as error:
            raise DoesNotVerify(f"Line {number} of the policy: {error}") from error
    if reader.quorum is None:
        raise DoesNotVerify("The policy has no quorum line.")
    return Policy(tuple(reader.logs), reader.witnesses, reader.groups, reader.quorum)


class _Reader:
    def __init__(self) -> None:
        self.logs: list[VerifierKey] = []
        self.witnesses: dict[str, Witness] = {}
        self.groups: dict[str, Group] = {}
        self.quorum: str | None = None
        self._members: set[str] = set()

    def read(self, words: list[str]) -> None:
        match words:
            case ["log", vkey, *url] if len(url) <= 1:
                self.logs.append(self._key(vkey, LOG_SIGNATURE, self.logs))
            case ["witness", name, vkey, *url] if len(url) <= 1:
                self._claim(name)
                others = [witness.key for witness in self.witnesses.values()]
                self.witnesses[name] = Witness(name, self._key(vkey, COSIGNATURE, others), url[0] if url else None)
            case ["group", name, needed, *members]:
                self._claim(name)
                self.groups[name] = Group(self._needed(needed, members), tuple(members))
            case ["quorum", name] if self.quorum is None and (name == NONE or self._is_known(name)):
                self.quorum = name
            case _:
                raise DoesNotVerify(f"{' '.join(words)!r} is not a line that can stand here.")

    def _claim(self, name: str) -> None:
        if name == NONE or self._is_known(name):
            raise DoesNotVerify(f"The name {name!r} is taken.")

    def _is_known(self, name: str) -> bool:
        return name in self.witnesses or name in self.groups

    def _needed(self, word: str, members: list[str]) -> int:
        for member in members:
            if not self._is_known(member) or member in self._members:
                raise DoesNotVerify(f"{member!r} is not defined above, or is a member already.")
            self._members.add(member)
        needed = {"any": 1, "all": len(members)}.get(word) or (
            int(word) if re.fullmatch(r"[1-9][0-9]{0,3}", word) else 0
        )
        if not 1 <= needed <= len(members):
            raise DoesNotVerify(f"{word!r} of {len(members)} members cannot be needed.")
        return needed

    @staticmethod
    def _key(vkey: str, kind: int, others: list[VerifierKey]) -> VerifierKey:
        key = parse_key(vkey.encode("latin-1").decode("utf-8", "replace"))
        if key.kind != kind:
            raise DoesNotVerify(f"The key of {key.name} is of the wrong type here.")
        if key.public in {other.public for other in others}:
            raise DoesNotVerify(f"The key of {key.name} stands there twice.")
        return key
