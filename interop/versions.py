"""The versions of the peers, as their files pin them."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from functools import cache
from typing import Any

from interop.places import HERE


@cache
def _npm() -> dict[str, Any]:
    pinned: dict[str, Any] = json.loads((HERE / "package.json").read_text(encoding="utf-8"))
    return pinned


def npm(name: str) -> str:
    """Return an npm package with its version."""
    return f"npm {name} {_npm()['dependencies'][name]}"


def pypi(name: str) -> str:
    """Return a PyPI package with its version."""
    pinned = (HERE / "requirements-peers.txt").read_text(encoding="utf-8")
    found = re.search(rf"^{re.escape(name)}==(\S+)$", pinned, re.MULTILINE)
    if found is None:
        raise KeyError(name)
    return f"PyPI {name} {found[1]}"


@cache
def debian(name: str) -> str:
    """Return a Debian package with the version that apt offers here, without it where unknown."""
    if shutil.which("apt-cache") is None:
        return f"Debian {name}"
    told = subprocess.run(  # noqa: S603 - fixed arguments
        ["apt-cache", "policy", name],  # noqa: S607
        capture_output=True,
        text=True,
        check=False,
    )
    found = re.search(r"Candidate: (\S+)", told.stdout)
    return f"Debian {name} {found[1]}" if found else f"Debian {name}"
