"""Commands that write the whole database to one file and put it back."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from app.store.row_copy import Hashed

BROKEN = 1


def backup(out: Annotated[Path, typer.Argument(metavar="FILE", help="The file to make; it must not exist.")]) -> None:
    """Write the whole database to one file, while the service runs."""
    from app.settings import Settings
    from app.store import backup as stored

    _tell(stored.backup(Settings().database_url, out))
    typer.echo(f"{out}: written.")


def restore(file: Annotated[Path, typer.Argument(metavar="FILE", help="A file that backup made.")]) -> None:
    """Put a backup into a new, empty database of either kind; exit 1 if what was put back is not what was in it."""
    from app.settings import Settings
    from app.store import backup as stored

    settings = Settings()
    try:
        _tell(stored.restore(file, settings.owner_url, application=settings.application_role))
    except stored.BrokenRestore as broken:
        typer.echo(f"{broken} Nothing was put back.", err=True)
        sys.exit(BROKEN)
    typer.echo(f"{file}: put back, every row and audit log as it was.")


def _tell(hashes: "dict[str, Hashed]") -> None:
    for name, hashed in hashes.items():
        typer.echo(f"{name:20} {hashed.rows:8} rows  {hashed.sha256[:16]}")
