"""The real program `counterfoil`, in a folder of its own with its own settings."""

import os
import subprocess
import sys
from pathlib import Path

PROGRAM = Path(sys.executable).parent / "counterfoil"
DEADLINE = 120.0  # seconds after which a program that hangs is ended


def environment(**settings: str) -> dict[str, str]:
    """That of the tests without their own settings, and these ones."""
    kept = {name: value for name, value in os.environ.items() if not name.upper().startswith("COUNTERFOIL_")}
    return {**kept, "LC_ALL": "C.UTF-8", **settings}


def start(folder: Path, *arguments: str, **settings: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [PROGRAM, *arguments],
        cwd=folder,
        env=environment(**settings),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


def finish(program: "subprocess.Popen[str]") -> tuple[int, str, str]:
    """(exit status, standard output, standard error); an interrupted program has the number of its signal below 0."""
    try:
        out, err = program.communicate(timeout=DEADLINE)
    except subprocess.TimeoutExpired:
        program.kill()
        raise
    return program.returncode, out, err


def run(folder: Path, *arguments: str, **settings: str) -> tuple[int, str, str]:
    return finish(start(folder, *arguments, **settings))
