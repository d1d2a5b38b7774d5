"""How does the first administrator, and anybody else, get an account from the command line?"""

from datetime import UTC, datetime

import click
from email_validator import EmailNotValidError, validate_email

from app.commands.setting import Faults, need_current_schema, one_transaction, read_settings, writers_place
from foundation.errors import Refused
from foundation.identity.roles import Role
from foundation.text import clean_line


@click.group()
def user() -> None:
    """Personer og roller."""


@user.command()
@click.option("--email", required=True, help="Mailadressen, som personen logger ind med.")
@click.option("--name", required=True, help="Navn eller titel.")
@click.option("--role", required=True, type=click.Choice([role.value for role in Role]), help="Rollen.")
@click.option("--department", help="Forvaltningens kode, for eksempel MSB. Kun for vurderere.")
def add(email: str, name: str, role: str, department: str | None) -> None:
    """Giv en person en rolle. Findes mailadressen, får personen en rolle mere."""
    from foundation.identity.actions import add_person

    settings = read_settings()
    try:
        address = validate_email(email, check_deliverability=False, test_environment=True).normalized.lower()
    except EmailNotValidError as fault:
        raise Faults(f"--email: {clean_line(email)} er ikke en mailadresse.") from fault
    if not name.strip() or not name.isprintable():
        raise Faults("--name: skriv et navn eller en titel.")
    need_current_schema(settings)
    with writers_place(settings), one_transaction(settings) as session:
        try:
            add_person(
                session,
                email=address,
                name=name.strip(),
                role=Role(role),
                department=department,
                actor=None,
                at=datetime.now(UTC),
            )
        except Refused as refused:
            raise Faults(refused.text) from refused
    click.echo(f"{address} har nu rollen {role}.")
