"""`python -m callcenter.servers COMMAND`: see `--help`."""

import argparse
import os
import signal
import subprocess
import sys

from . import control, demo
from .environment import ServerError, composed

_COMMANDS = {
    "up": "start the servers in the background, or reuse them",
    "down": "stop the demo, if it runs, and the servers",
    "reset": "stop them and delete their data",
    "status": "say which run",
    "env": "print the generated settings as KEY=VALUE lines",
    "run": "run a command with the servers, and stop those that were started for it",
    "provision": "make the roles of the database URLs on the server of DATABASE_ADMIN_URL",
    "preflight": "check that the demo can listen",
    "demo": "run the demo in the foreground",
}


def main(arguments: list[str]) -> int:
    """Run one command; an error the user can mend is one line on stderr and exit code 1."""
    parser = argparse.ArgumentParser(prog="python -m callcenter.servers")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, text in _COMMANDS.items():
        command = commands.add_parser(name, help=text, description=text)
        if name == "run":
            command.add_argument("argv", nargs=argparse.REMAINDER, metavar="-- COMMAND ...")
    sys.stdout.reconfigure(line_buffering=True)  # keeps our lines in order with those of the commands we run
    try:
        return _run(parser.parse_args(arguments))
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
            demo.stop()
            control.down()
        case "reset":
            demo.stop()
            control.reset()
        case "status":
            print("\n".join(control.status()))
        case "env":
            print("\n".join(control.env_lines()))
        case "provision":
            control.provision()
        case "preflight":
            demo.preflight()
        case "demo":
            return demo.run()
        case "run":
            argv = options.argv[1:] if options.argv[:1] == ["--"] else options.argv
            with control.running():
                return _wait_for(argv)
    return 0


def _wait_for(argv: list[str]) -> int:
    """Run a command in the foreground. Ctrl-C is its own to handle; a request to end is passed on to it."""
    process = subprocess.Popen(argv, env=os.environ | composed())
    signal.signal(signal.SIGINT, lambda *_: None)
    signal.signal(signal.SIGTERM, lambda *_: process.terminate())
    code = process.wait()
    return code if code >= 0 else 128 - code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
