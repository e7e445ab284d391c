"""The program with its modules loaded. It forks for each command, and the fork is a process of the command's own.

Loading takes ten times as long as most commands do, and the tests run more than a hundred.
"""

import json
import os
import socket
import sys
from importlib import import_module
from pkgutil import iter_modules

import wellread.flows
import wellread.workspace
from wellread.cli import main

MOST_BYTES = 1 << 17
"""Of one request."""


def serve(asked: socket.socket) -> None:
    """Run what is asked for, one after another, and tell each exit status; ends when nobody asks any more.

    A request is JSON with the descriptors of standard output and standard error. Returns in the fork too.
    """
    while True:
        request, descriptors, _, _ = socket.recv_fds(asked, MOST_BYTES, 2)
        if not request:
            return
        child = os.fork()
        if not child:
            become(json.loads(request), *descriptors)
            return main()
        for descriptor in descriptors:
            os.close(descriptor)
        asked.send(str(os.waitpid(child, 0)[1]).encode())


def become(request: dict[str, object], out: int, err: int) -> None:
    """Take on the arguments, the folder, the environment and the outputs of a command."""
    os.dup2(out, 1)
    os.dup2(err, 2)
    os.chdir(str(request["folder"]))
    os.environ.clear()
    os.environ.update(request["environment"])  # type: ignore[arg-type]
    sys.argv = ["wellread", *request["arguments"]]  # type: ignore[misc]


if __name__ == "__main__":
    for module in iter_modules(wellread.flows.__path__, "wellread.flows."):
        import_module(module.name)
    import_module("wellread.answer.one_by_one")
    serve(socket.socket(fileno=int(sys.argv[1])))
