"""`rebuild --engine spark`: scorecards worked out by Spark from the journal, and all of it as Parquet in a folder.

journal/ and asked/ are what Spark is given; measured/, context/ and listed/ what it finds on the way; scorecard/ and
evidence/ the results. Nothing in the database is changed.
"""

import shutil
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from msgspec import Struct
from sqlalchemy import Connection, Engine

from domain.store.engine import reading
from domain.store.head import size_of
from projections.scorecards.asking import ask, every
from projections.scorecards.question import Question
from projections.spark import asking, journal
from projections.spark.failures import FolderIsTaken
from projections.spark.scoring import score
from projections.spark.session import session

FOLDERS = ("journal", "measured", "context", "listed", "scorecard", "evidence", "asked")
"""In the order in which they are removed: the last holds our mark, by which an interrupted run is known as ours."""


class Scored(Struct, frozen=True):
    """The events that were known, and the relationships that were scored."""

    events: int
    relationships: int


def rebuild(
    engine: Engine, folder: Path, now: datetime, master: str, settings: Mapping[str, str] | None = None
) -> Scored:
    """The scorecards of every relationship as of its today are in the folder, in place of earlier ones.

    Raises SparkIsMissing, FolderIsTaken; nothing is written then.
    """
    _refuse_foreign(folder)
    with session(master, settings) as spark:
        scored = prepare(engine, folder, now)
        score(spark, folder)
    return scored


def prepare(engine: Engine, folder: Path, now: datetime) -> Scored:
    """What Spark needs for that is in the folder. Raises FolderIsTaken."""
    with reading(engine) as connection:
        return write(connection, folder, of_today(connection, now))


def of_today(connection: Connection, now: datetime) -> list[Question]:
    """One question about each relationship that is registered by its own today."""
    size = size_of(connection)
    return [ask(about, now, size) for about in every(connection) if about.registered_on <= about.today(now)]


def write(connection: Connection, folder: Path, questions: Sequence[Question]) -> Scored:
    """The journal and what is asked of it are in the folder, and nothing else of ours. Raises FolderIsTaken."""
    _refuse_foreign(folder)
    for name in FOLDERS:
        shutil.rmtree(folder / name, ignore_errors=True)
    asking.write(connection, questions, folder / "asked")
    journal.export(connection, folder / "journal")
    return Scored(size_of(connection), len(questions))


def _refuse_foreign(folder: Path) -> None:
    """What is in the folder is ours when our mark is there too, the list of what was asked."""
    found = {path.name for path in folder.iterdir()} if folder.exists() else set()
    ours = FOLDERS if (folder / "asked" / asking.FILE).exists() else ()
    if foreign := sorted(found.difference(ours)):
        raise FolderIsTaken(f"{folder} holds {foreign[0]}, which is not of this command: name an empty folder.")
