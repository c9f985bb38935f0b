"""The cast of histories made by tests: parties, people and one relationship."""


def uid(n: int) -> str:
    """A readable id: the same number is the same id in every run."""
    return f"00000000-0000-4000-8000-{n:012x}"


A, B, C = uid(0xA), uid(0xB), uid(0xC)
REL = uid(0xFF)
PEOPLE = tuple(uid(0x9000 + n) for n in range(5))
