"""Tells git the password of one site, as its credential helper (gitcredentials(7)); a program of its own.

Git is told to run this file. The password comes in the environment: it stands on no command line and in no file.
"""

import os
import shlex
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

_SITE, _USER, _PASSWORD = "WELLREAD_GIT_SITE", "WELLREAD_GIT_USER", "WELLREAD_GIT_PASSWORD"
USUAL_USER = "git"
"""Hosts that take tokens take any name beside one; which one they want otherwise is written before the host."""


def settings() -> dict[str, str]:
    """What git is told so that it asks here."""
    return {
        "credential.helper": f"!{shlex.quote(sys.executable)} -I {shlex.quote(str(Path(__file__).resolve()))}"
    }


def environment(site: str, user: str, password: str) -> dict[str, str]:
    """What this program finds in its environment; `site` is protocol, host and port."""
    return {_SITE: site, _USER: user or USUAL_USER, _PASSWORD: password}


def answer(asked: Iterable[str], told: Mapping[str, str]) -> str:
    """The user name and password, if it is the site that asks for them; nothing for any other."""
    request = dict(line.rstrip("\n").split("=", 1) for line in asked if "=" in line)
    user = request.get("username", told[_USER])
    if f"{request.get('protocol')}://{request.get('host')}" != told[_SITE] or user != told[_USER]:
        return "quit=1\n"
    return f"username={user}\npassword={told[_PASSWORD]}\n"


if __name__ == "__main__" and sys.argv[1:] == ["get"]:
    sys.stdout.write(answer(sys.stdin, os.environ))
