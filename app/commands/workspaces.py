"""Commands for workspaces and their members: made, listed, renamed; people get and lose roles."""

from typing import Annotated, Literal

import typer

from app.commands.at_work import WorkspaceOption, changing, operator

Role = Literal["reader", "planner", "manager", "auditor"]
WorkspaceArgument = Annotated[str, typer.Argument(metavar="WORKSPACE", help="Its id: small letters, digits, hyphens.")]
Person = Annotated[str, typer.Argument(metavar="PERSON", help="As the identity provider names them.")]
workspaces = typer.Typer(help="Make and list workspaces, one per care table.", no_args_is_help=True)
members = typer.Typer(help="Give people roles in a workspace, and take them.", no_args_is_help=True)


@workspaces.command("create")
def create(workspace: WorkspaceArgument, title: Annotated[str, typer.Option(help="What people read.")]) -> None:
    """Make a workspace."""
    from app.store import audit
    from app.store import workspaces as stored

    stored.demand_good_id(workspace)
    with changing(workspace) as session:
        stored.add(session, workspace, title=title)
        audit.record(session, operator(), workspace, "workspace.create", workspace, detail={"title": title})
    typer.echo(f"Workspace {workspace} is there: {title}.")


@workspaces.command("rename")
def rename(workspace: WorkspaceArgument, title: Annotated[str, typer.Option(help="What people read.")]) -> None:
    """Give a workspace another title."""
    from app.store import audit
    from app.store import workspaces as stored

    with changing(workspace) as session:
        stored.workspace(session, workspace).title = title
        audit.record(session, operator(), workspace, "workspace.rename", workspace, detail={"title": title})
    typer.echo(f"Workspace {workspace} is now called: {title}.")


@workspaces.command("list")
def list_workspaces() -> None:
    """List every workspace."""
    from app.store import workspaces as stored
    from app.store.row_security import EVERY

    with changing(EVERY) as session:
        for each in stored.workspaces(session):
            typer.echo(f"{each.workspace_id}  {each.title}")


@members.command("add")
def add(person: Person, workspace: WorkspaceOption, role: Annotated[Role, typer.Option(help="What they may.")]) -> None:
    """Give a person a role."""
    from app.store import audit, memberships
    from app.store import workspaces as stored

    with changing(workspace) as session:
        stored.workspace(session, workspace)
        memberships.add(session, workspace, person=person, role=role)
        audit.record(session, operator(), workspace, "member.add", person, detail={"role": role})
    typer.echo(f"{person} is {role} in {workspace}.")


@members.command("remove")
def remove(person: Person, workspace: WorkspaceOption) -> None:
    """Take all roles of a person."""
    from app.store import audit, memberships

    with changing(workspace) as session:
        memberships.remove(session, workspace, person=person)
        audit.record(session, operator(), workspace, "member.remove", person)
    typer.echo(f"{person} has no role in {workspace} any more.")


@members.command("list")
def list_members(workspace: WorkspaceOption) -> None:
    """List who has which role."""
    from app.store import memberships

    with changing(workspace) as session:
        for each in memberships.members(session, workspace):
            typer.echo(f"{each.person}  {each.role}")
