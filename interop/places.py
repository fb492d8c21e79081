"""Where the peers are, once interop/setup.sh has installed them."""

from __future__ import annotations

import shutil
import subprocess
from functools import cache
from pathlib import Path

from bot.places import PROJECT
from interop.errors import PeerError

HERE = PROJECT / "interop"
PROGRAMS = HERE / "programs"
"""What we wrote to move a peer: a few lines of the peer's own language each."""
INSTALLED = PROJECT / ".interop"
MODULES = INSTALLED / "npm" / "node_modules"
PYTHON = INSTALLED / "python" / "bin" / "python"
_DEBIAN = INSTALLED / "debian"
_BINARIES = ("usr/bin", "usr/sbin", "usr/lib/kannel/test")


def set_up() -> None:
    """Install what is missing. Raises PeerError where that fails."""
    script = str(HERE / "setup.sh")
    done = subprocess.run(["/bin/sh", script], check=False)  # noqa: S603 - fixed arguments
    if done.returncode:
        raise PeerError("the peers could not be installed")


def debian(name: str) -> str:
    """Return the path of a program from a Debian package, unpacked or the machine's own."""
    folders = [_DEBIAN / folder for folder in _BINARIES] + [Path("/usr/lib/kannel/test")]
    for folder in folders:
        if (folder / name).is_file():
            return str(folder / name)
    return executable(name)


def executable(name: str) -> str:
    """Return the path of a program of this machine. Raises PeerError where there is none."""
    found = shutil.which(name)
    if found is None:
        raise PeerError(f"{name} is not on this machine")
    return found


@cache
def libraries() -> dict[str, str]:
    """Return what lets the unpacked Debian programs and Perl modules find their libraries."""
    found = sorted({str(path.parent) for path in _DEBIAN.glob("**/*.so*")})
    return {
        "LD_LIBRARY_PATH": ":".join(found),
        "PERL5LIB": str(_DEBIAN / "usr/share/perl5"),
        "NODE_PATH": str(MODULES),
    }
