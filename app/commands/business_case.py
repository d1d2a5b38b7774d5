"""How is a business case in a JSON file calculated from the command line, without any database?"""

import sys

import click

from app.commands.file_input import content_of, why_unreadable
from scoring.rules.business_case import BusinessCase, calculate
from scoring.rules.business_case_file import BusinessCaseFaults, parse_business_case, result_to_json

BAD_INPUT = 2


@click.group(name="business-case")
def business_case() -> None:
    """Regn på, hvad en indsats koster og sparer, uden at røre databasen."""


@business_case.command(name="run")
@click.argument("file", metavar="FILE")
def run(file: str) -> None:
    """Regn på business casen i en JSON-fil.

    FILE er filens navn eller - for det, der sendes ind på standard input.
    Svaret skrives som JSON: nutidsværdi, tilbagebetaling, scenarier og følsomhed, i kroner uden afrunding.

    Er der fejl i filen, skrives hver fejl på sin egen linje, og programmet slutter med kode 2.
    """
    answer = result_to_json(calculate(_case(file)))
    # Bytes, so that the answer is UTF-8 whatever the terminal is set to.
    sys.stdout.buffer.write(f"{answer}\n".encode())


def _case(file: str) -> BusinessCase:
    try:
        return parse_business_case(content_of(file))
    except OSError as error:
        click.echo(f"{file}: {why_unreadable(error)}", err=True)
    except BusinessCaseFaults as error:
        for fault in error.faults:
            click.echo(fault, err=True)
    sys.exit(BAD_INPUT)


if __name__ == "__main__":
    business_case()
