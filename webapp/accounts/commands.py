"""What an operator does to accounts from the command line."""

from pathlib import Path

import click
from flask import Flask
from flask.cli import with_appcontext

from webapp.accounts.better_auth import importing
from webapp.accounts.better_auth.dumps import Unreadable
from webapp.accounts.better_auth.importing import NoSuchOrganization, Summary


@click.command("import-better-auth")
@click.argument("dump", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--organization", metavar="SLUG", help="Make everybody a member of this organization.")
@click.option(
    "--issuer",
    "issuers",
    multiple=True,
    metavar="PROVIDER=URL",
    help="The issuer of an OpenID provider that the dump knows only by a name of its own. May be repeated.",
)
@click.option("--dry-run", is_flag=True, help="Change nothing, and say what would be brought over.")
@with_appcontext
def import_better_auth(dump: Path, organization: str | None, issuers: tuple[str, ...], dry_run: bool) -> None:  # noqa: FBT001
    """Bring people over from Better Auth: DUMP is JSON with its tables, or what `pg_dump --format=plain` writes.

    They keep their passwords, backgrounds and outside identities. Doing it twice changes nothing.
    """
    named = dict(each.split("=", 1) for each in issuers if "=" in each)
    if len(named) < len(issuers):
        raise click.BadParameter("write it as keycloak=https://sso.example.org/realms/staff", param_hint="--issuer")
    try:
        summary = importing.bring_over(dump, organization=organization, issuers=named, rehearse=dry_run)
    except Unreadable as error:
        raise click.ClickException(str(error)) from error
    except NoSuchOrganization as error:
        raise click.ClickException(f"There is no organization “{error}”.") from error
    _tell(summary, rehearsed=dry_run)


def _tell(summary: Summary, *, rehearsed: bool) -> None:
    counts = summary.counts
    if rehearsed:
        click.echo("Nothing was changed. This is what would be brought over:")
    click.echo(f"people brought over: {counts['people']}, of them with a password: {counts['passwords']}")
    click.echo(f"people who were here already, and left as they are: {counts['known']}")
    click.echo(f"outside identities linked: {counts['identities']}")
    click.echo(f"memberships made: {counts['members']}")
    for email in summary.unproven:
        click.echo(f"  {email}: linked to an account here whose address nobody has verified; look at it")
    click.echo(f"people skipped: {len(summary.skipped)}")
    for who, reason in summary.skipped:
        click.echo(f"  {who}: {reason}")
    click.echo(
        f"not brought over: {counts['sessions']} sessions and {counts['verifications']} verifications;"
        " everybody signs in once more"
    )


def furnish(app: Flask) -> None:
    """Give the application its commands."""
    app.cli.add_command(import_better_auth)
