"""What can be done from the command line?

Each command loads what it needs when it is called, so that sorting a file loads no web server and no database.
"""

import importlib
import sys

import click

_COMMANDS = {
    "serve": "app.commands.serve:serve",
    "worker": "app.commands.serve:worker",
    "db": "app.commands.database:db",
    "demo": "app.commands.demo:demo",
    "user": "app.commands.user:user",
    "business-case": "app.commands.business_case:business_case",
    "policy": "app.commands.policy:policy",
    "export": "app.commands.export:export",
    "import": "app.commands.import_proposals:import_group",
}


class LazyGroup(click.Group):
    """A group whose commands are imported when they are asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's own call
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's own call
        if cmd_name not in _COMMANDS:
            return None
        module, _, name = _COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command


@click.group(cls=LazyGroup)
def raadslag() -> None:
    """Rådslag: calls, forslag, vurdering, sortering og indstillinger."""


def main() -> None:
    """The console script: exit 0 on success, 2 on bad input or a refused act, 1 for anything unexpected."""
    try:
        raadslag.main(standalone_mode=False)
    except click.exceptions.Exit as ended:
        sys.exit(ended.exit_code)
    except click.Abort:
        sys.exit(1)
    except click.exceptions.NoArgsIsHelpError as fault:
        click.echo(fault.format_message(), err=True)
        sys.exit(2)
    except click.UsageError as fault:
        click.echo(" ".join(fault.format_message().split()), err=True)  # One fault is one line.
        sys.exit(2)
    except click.ClickException as fault:
        click.echo(fault.format_message(), err=True)
        sys.exit(2)


if __name__ == "__main__":
    main()
