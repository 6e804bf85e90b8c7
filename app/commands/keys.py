"""Commands for API keys: made and shown once, listed without their secret, revoked at once."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from app.commands.at_work import WorkspaceOption, changing, operator
from app.commands.workspaces import Role

keys = typer.Typer(help="API keys for tools: make, list, revoke.", no_args_is_help=True)


@keys.command("create")
def create(
    workspace: WorkspaceOption,
    role: Annotated[Role, typer.Option(help="What the key may do.")],
    name: Annotated[str, typer.Option(help="Who or what holds it; shown in the audit log.")],
    days: Annotated[float, typer.Option(min=0.001, max=3650, help="Days until it expires.")] = 365,
) -> None:
    """Make a key and show it, this once."""
    from app.accounts.api_key import hashed, new_key
    from app.settings import Settings
    from app.store import audit, workspaces
    from app.store import keys as stored

    key = new_key()
    secret_sha256 = hashed(key.secret, pepper=Settings().key_pepper.get_secret_value())
    with changing(workspace) as session:
        workspaces.workspace(session, workspace)
        made = stored.add(
            session, workspace, key_id=key.key_id, name=name, role=role, secret_sha256=secret_sha256, days=days
        )
        told = {"name": name, "role": role, "expires_at": made.expires_at.isoformat()}
        audit.record(session, operator(), workspace, "key.create", key.key_id, detail=told)
    typer.echo(
        f"Key {key.key_id} ({name}): {role} in {workspace} until {made.expires_at:%Y-%m-%d %H:%M} UTC.", err=True
    )
    typer.echo(key.text)


@keys.command("list")
def list_keys(workspace: WorkspaceOption) -> None:
    """List a workspace's keys and whether they still open anything."""
    from app.store import keys as stored

    with changing(workspace) as session:
        for each in stored.keys(session, workspace):
            state = stored.state(each, datetime.now(UTC))
            typer.echo(f"{each.key_id}  {each.role}  {state}  until {each.expires_at:%Y-%m-%d}  {each.name}")


@keys.command("revoke")
def revoke(key_id: Annotated[str, typer.Argument(metavar="KEY_ID")], workspace: WorkspaceOption) -> None:
    """End a key: the next request with it is refused."""
    from app.store import audit
    from app.store import keys as stored

    with changing(workspace) as session:
        stored.revoke(session, workspace, key_id)
        audit.record(session, operator(), workspace, "key.revoke", key_id)
    typer.echo(f"Key {key_id} opens nothing any more.")
