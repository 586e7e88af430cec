"""`python -m callcenter.servers COMMAND`: see `--help`."""

import argparse
import os
import subprocess
import sys

from . import control
from .environment import ServerError, composed

_COMMANDS = {
    "up": "start the servers in the background, or reuse them",
    "down": "stop them",
    "reset": "stop them and delete their data",
    "status": "say which run",
    "env": "print the generated settings as KEY=VALUE lines",
    "run": "run a command with the servers, and stop those that were started for it",
}


def main(arguments: list[str]) -> int:
    """Run one command; an error the user can mend is one line on stderr and exit code 1."""
    parser = argparse.ArgumentParser(
        prog="python -m callcenter.servers", description="PostgreSQL and Redis for this checkout"
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, text in _COMMANDS.items():
        command = commands.add_parser(name, help=text, description=text)
        if name == "run":
            command.add_argument("argv", nargs=argparse.REMAINDER, metavar="-- COMMAND ...")
    options = parser.parse_args(arguments)
    try:
        return _run(options)
    except ServerError as error:
        print(error, file=sys.stderr)
    except PermissionError as error:
        print(f"No permission for {error.filename}: it belongs to another user; run as that user.", file=sys.stderr)
    except KeyboardInterrupt:
        return 130
    return 1


def _run(options: argparse.Namespace) -> int:
    match options.command:
        case "up":
            control.up()
            print("\n".join(control.status()))
        case "down":
            control.down()
        case "reset":
            control.reset()
        case "status":
            print("\n".join(control.status()))
        case "env":
            print("\n".join(control.env_lines()))
        case "run":
            argv = options.argv[1:] if options.argv[:1] == ["--"] else options.argv
            with control.running():
                return subprocess.run(argv, check=False, env=os.environ | composed()).returncode
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
