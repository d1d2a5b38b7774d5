"""How are the proposals of a JSON file sorted from the command line, without any database?"""

import sys

import click

from app.commands.file_input import content_of, why_unreadable
from scoring.rules.policies import CURRENT_POLICY_ID, Policy, UnknownPolicy, get_policy
from scoring.rules.policy_file import PolicyFileFaults, PolicyInput, parse_policy_file, results_to_json

BAD_INPUT = 2


@click.group(name="policy")
def policy() -> None:
    """Sortér forslag efter en politik uden at røre databasen."""


@policy.command(name="run")
@click.argument("file", metavar="FILE")
@click.option(
    "--policy",
    "policy_id",
    metavar="ID",
    default=CURRENT_POLICY_ID,
    show_default=True,
    help="Den politik, der sorteres efter.",
)
def run(file: str, policy_id: str) -> None:
    """Sortér forslagene i en JSON-fil.

    FILE er filens navn eller - for det, der sendes ind på standard input.
    Svaret skrives som JSON: spor, regel, modenhed og grundlag for hvert forslag.

    Er der fejl i filen, skrives hver fejl på sin egen linje, og programmet slutter med kode 2.
    """
    faults = list[str]()
    chosen = _policy(policy_id, faults)
    proposals = _proposals(file, faults)
    if chosen is None or proposals is None:
        for fault in faults:
            click.echo(fault, err=True)
        sys.exit(BAD_INPUT)
    answer = results_to_json(chosen, proposals.sort(chosen))
    # Bytes, so that the answer is UTF-8 whatever the terminal is set to.
    sys.stdout.buffer.write(f"{answer}\n".encode())


def _policy(policy_id: str, faults: list[str]) -> Policy | None:
    try:
        return get_policy(policy_id)
    except UnknownPolicy as error:
        faults.append(str(error))
        return None


def _proposals(file: str, faults: list[str]) -> PolicyInput | None:
    try:
        return parse_policy_file(content_of(file))
    except OSError as error:
        faults.append(f"{file}: {why_unreadable(error)}")
    except PolicyFileFaults as error:
        faults.extend(error.faults)
    return None


if __name__ == "__main__":
    policy()
