"""What holds at T: the entries, the parties, the stage (docs/principles.md A5, A6, A17)."""

from collections.abc import Iterator
from datetime import date, timedelta

from oracle.entries import Entry, up_to

NEVER = date(1, 1, 1)


class Facts:
    """E(T,K) in one view, for one T."""

    def __init__(self, effective_entries: list[Entry], today: date) -> None:
        self.today = today
        self.entries = up_to(effective_entries, today)
        self._by_type: dict[str, list[Entry]] = {}
        for e in self.entries:
            self._by_type.setdefault(e.type, []).append(e)
        registrations = self.of("relationship.registered")
        if not registrations:
            raise ValueError(f"The relationship is not registered on {today}.")
        self.registration = registrations[0]
        self.parties = sorted(p for p in self._ever_parties() if self.is_active(p, today))

    def of(self, *types: str, **fields: object) -> list[Entry]:
        """The entries of these types whose data has these values, in order."""
        found = [
            e
            for type_ in types
            for e in self._by_type.get(type_, [])
            if all(e.data.get(name) == value for name, value in fields.items())
        ]
        return sorted(found, key=lambda e: e.order) if len(types) > 1 else found

    def first(self, *types: str, **fields: object) -> Entry | None:
        found = self.of(*types, **fields)
        return found[0] if found else None

    def last(self, *types: str, **fields: object) -> Entry | None:
        found = self.of(*types, **fields)
        return found[-1] if found else None

    def _ever_parties(self) -> set[str]:
        joined = {e.data["party"] for e in self.of("relationship.party_joined")}
        return joined | set(self.registration.data["parties"])

    def is_active(self, party: str, day: date) -> bool:
        active = False
        for e in self.of("relationship.registered", "relationship.party_joined", "relationship.party_left"):
            if e.on > day:
                break
            if e.type == "relationship.registered" and party in e.data["parties"]:
                active = True
            if e.type == "relationship.party_joined" and e.data["party"] == party:
                active = True
            if e.type == "relationship.party_left" and e.data["party"] == party:
                active = False
        return active

    def active_parties(self, day: date) -> list[str]:
        return sorted(p for p in self._ever_parties() if self.is_active(p, day))

    def stage(self, day: date) -> int:
        stage = 1
        for e in self.of("lifecycle.stage_entered"):
            if e.on <= day and e.data["gate"] in ("proceed", "return"):
                stage = e.data["stage"]
        return stage

    def days(self, window: int) -> Iterator[date]:
        """The days T−w < d ≤ T, ascending."""
        return (self.today - timedelta(days=back) for back in range(window - 1, -1, -1))

    def happened(self, day: date, window: int) -> bool:
        """T−w < d ≤ T."""
        return self.today - timedelta(days=window) < day <= self.today

    def fell_due(self, limit: date, window: int) -> bool:
        """T−w ≤ limit ≤ T−1."""
        return self.today - timedelta(days=window) <= limit <= self.today - timedelta(days=1)

    def age(self, day: date) -> int:
        return (self.today - day).days
