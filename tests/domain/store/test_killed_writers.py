"""Writers killed at any moment: nothing acknowledged is lost, and the log goes on (docs/audit.md 2)."""

import random
import subprocess
import sys
from pathlib import Path

from sqlalchemy import func, select

import killed
from api.trail.verifying.checkpoints import Vouched
from api.trail.verifying.whole import verify
from domain.log.policy import NO_WITNESSES
from domain.log.verify import Frontier, leaf_hash
from domain.store import nodes
from domain.store.engine import reading
from domain.store.head import tree_of
from domain.store.schema import command, vault_value
from trail_story import ORIGIN, services

MOMENTS, LONGEST = 100, 0.15  # seconds
ROOT = Path(__file__).parents[3]


def test_writers_killed_at_a_hundred_moments_lose_nothing_that_they_acknowledged(
    database_url: str, tmp_path: Path
) -> None:
    (tmp_path / "vault.key").write_text((b"k" * 32).hex())
    opened = services(database_url, tmp_path)
    chance = random.Random(9)
    moments = [f"{chance.uniform(0, LONGEST):.4f}" for _ in range(MOMENTS)]
    published = Frontier()
    acknowledged: list[int] = []
    for some in (moments[:50], moments[50:]):
        done = subprocess.run(
            [sys.executable, killed.__file__, database_url, *some],
            env={"PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}"},
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        acknowledged += [int(line) for line in done.stdout.split()]
        row = opened.publisher.publish()
        assert row is not None
        assert row.size >= acknowledged[-1]
        with reading(opened.engine) as connection:
            published = nodes.tree_at(connection, row.size)
    assert acknowledged == sorted(set(acknowledged))
    assert len(acknowledged) >= MOMENTS
    texts = opened.store.envelopes(0, 10**6)
    assert [position for position, _ in texts] == list(range(1, len(texts) + 1))
    tree = Frontier()
    for _, text in texts:
        tree.add(leaf_hash(text.encode()))
    with reading(opened.engine) as connection:
        assert tree_of(connection).root == tree.root == published.root
        ends = connection.execute(select(command.c.last_position).order_by(command.c.last_position)).scalars().all()
        assert ends == list(range(2, len(texts) + 1, 2))
        assert set(acknowledged) <= set(ends)
        assert connection.execute(select(func.count()).select_from(vault_value)).scalar_one() == len(texts)
    found = verify(opened.engine, opened.vault, Vouched(ORIGIN, opened.log_keys(), NO_WITNESSES))
    assert found.findings == []
    opened.close()
