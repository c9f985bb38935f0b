"""A register in which a random history has been recorded."""

from random import Random

import histories
from domain.errors import Refusal
from domain.register import FactIsRefused
from recording import Recorded, recorded

ATTEMPTS = 200


def written(random: Random, url: str, currency: str = "EUR") -> Recorded:
    """The history is recorded as far as it was possible."""
    found = recorded(url)
    families = random.sample(histories.FAMILIES, random.choice((3, 6, 12, len(histories.FAMILIES))))
    author = histories.Author(random, families)
    for line in histories.opening(three=random.random() < 0.3, currency=currency):
        found.record(line)
    live(found, author, ATTEMPTS)
    return found


def live(found: Recorded, author: histories.Author, attempts: int) -> None:
    """So many more facts of the author are tried; what is refused is left out."""
    for _ in range(attempts):
        line = author.next()
        try:
            found.record(line)
        except (FactIsRefused, Refusal):
            continue
        if line["type"] in histories.WRITERS:
            author.took(line)
