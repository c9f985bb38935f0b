"""`counterfoil checkpoint`: publish one, and what keeps the publisher going."""

import sys
from typing import Annotated

import typer

from api.cli.options import AsJson, services
from api.cli.output import console, print_json, progress
from api.trail.keys import LogKeys, retire, rotate
from api.trail.publisher import Publisher
from api.trail.timestamps import stamped
from api.wiring import Services
from domain.store.checkpoints import CheckpointRow

Final = Annotated[bool, typer.Option("--final", help="Refuse unless the cosignatures make the policy's quorum.")]
Keys = Annotated[bool, typer.Option("--keys", help="Print the log's verifier keys.")]
Rotate = Annotated[bool, typer.Option("--rotate-key", help="Make a new signing key; former ones go on signing too.")]
Retire = Annotated[str | None, typer.Option("--retire", metavar="KEYID", help="A former key signs no more.")]
Resume = Annotated[bool, typer.Option("--resume", help="After a repair: check again, and sign what holds.")]
Reopen = Annotated[bool, typer.Option("--reopen", help="Ask the witnesses again whether facts may be recorded.")]


def checkpoint(
    final: Final = False,
    keys: Keys = False,
    rotate_key: Rotate = False,
    retire_key: Retire = None,
    resume: Resume = False,
    reopen: Reopen = False,
    as_json: AsJson = False,
) -> None:
    """Publish a signed checkpoint of all that is recorded, have it cosigned, and print it.

    Where COUNTERFOIL_TIMESTAMP_URL names a timestamp authority, it is timestamped too.
    """
    if sum((final, keys, rotate_key, retire_key is not None, resume, reopen)) > 1:
        raise typer.BadParameter("only one of them can be asked for.", param_hint="--final, --keys, …")
    with services() as opened:
        if keys or rotate_key or retire_key is not None:
            _print_keys(_changed(opened, rotate_key, retire_key), as_json)
        else:
            if resume:
                opened.publisher.resume()
            row = _published(opened, final, reopen)
            _print(opened.publisher, row and stamped(opened, row), as_json)


def _changed(opened: Services, rotate_key: bool, retire_key: str | None) -> LogKeys:
    data, origin = opened.settings.data, opened.settings.origin
    keys = opened.log_keys()
    if rotate_key:
        return rotate(data, origin)
    return keys if retire_key is None else retire(data, origin, retire_key)


def _published(opened: Services, final: bool, reopen: bool) -> CheckpointRow | None:
    if reopen:
        return opened.publisher.reopen()
    with progress("Checking", opened.store.size()) as (bar, task):

        def checked(events: int) -> None:
            bar.update(task, advance=events)

        return (opened.publisher.final if final else opened.publisher.publish)(progress=checked)


def _print(publisher: Publisher, row: CheckpointRow | None, as_json: bool) -> None:
    if as_json:
        print_json(None if row is None else _as_json(publisher, row))
    elif row is None:
        console.print("Nothing is recorded yet that a checkpoint could cover.")
    else:
        sys.stdout.write(row.note or "")


def _as_json(publisher: Publisher, row: CheckpointRow) -> dict[str, object]:
    return {
        "origin": publisher.origin,
        "size": row.size,
        "root": row.root.hex(),
        "recorded_at": row.recorded_at,
        "final": row.final,
        "cosigned_by": [key.name for key in publisher.cosigners(row)],
        "missing": publisher.missing(row),
        "note": row.note,
    }


def _print_keys(keys: LogKeys, as_json: bool) -> None:
    signing = {key.verifier for key in keys.signing}
    found = [{"verifier_key": str(key), "key_id": key.key_id.hex(), "signs": key in signing} for key in keys.verifiers]
    if as_json:
        print_json(found)
    else:
        sys.stdout.write("".join(f"{key}{'' if key in signing else '  (retired)'}\n" for key in keys.verifiers))
