"""`urtuu channels`: every door, whether the environment opens it, and the settings it reads."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping, Sequence

from bot.errors import SettingsError

HELP = "list the doors: which are open, which settings each needs"
EXAMPLE = "urtuu channels --settings telegram"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the verb's options."""
    parser.add_argument("--settings", metavar="NAME", help="the settings of one door")
    parser.add_argument(
        "--markdown", action="store_true", help="print the tables of docs/settings.md"
    )


def run(options: argparse.Namespace) -> int:
    """Print; return 0. Raises SettingsError for an unknown door."""
    lines: Sequence[str]
    if options.markdown:
        lines = markdown()
    elif options.settings:
        lines = _settings(options.settings, os.environ)
    else:
        lines = _doors(os.environ)
    sys.stdout.write("\n".join(lines) + "\n")
    return 0


def markdown() -> list[str]:
    """Return the settings of every door as Markdown tables."""
    from channels.registry import PLANS  # noqa: PLC0415 - the verb's help needs no channel

    lines: list[str] = []
    for plan in PLANS:
        lines += [f"### `{plan.name}`: {plan.title}", "", "| setting | meaning | default |"]
        lines += ["|---|---|---|"]
        for setting in plan.settings:
            default = "**required**" if setting.required else f"`{setting.default}`"
            default = "none" if setting.default == "" else default
            secret = " (secret)" if setting.secret else ""
            lines.append(f"| `{setting.name}` | {setting.meaning}{secret} | {default} |")
        lines.append("")
    return lines


def _doors(environ: Mapping[str, str]) -> list[str]:
    from channels.registry import PLANS  # noqa: PLC0415 - the verb's help needs no channel

    lines = [f"{'door':22} {'state':7} what it is"]
    for plan in PLANS:
        lacking = [s.name for s in plan.settings if s.required and not environ.get(s.name)]
        state = "closed" if not plan.wanted(environ) else "lacking" if lacking else "open"
        lines.append(f"{plan.name:22} {state:7} {plan.title}")
        if state == "lacking":
            lines.append(f"{'':30} set {', '.join(lacking)}")
    return lines


def _settings(name: str, environ: Mapping[str, str]) -> list[str]:
    from channels.registry import PLANS  # noqa: PLC0415 - the verb's help needs no channel

    plans = {plan.name: plan for plan in PLANS}
    if name not in plans:
        raise SettingsError(f"no door is called {name!r}; there are {', '.join(plans)}")
    lines = [plans[name].title]
    for setting in plans[name].settings:
        given = environ.get(setting.name)
        shown = "set" if given and setting.secret else given
        default = "required" if setting.required else f"default {setting.default!r}"
        lines.append(f"  {setting.name:32} {shown or default}")
        lines.append(f"  {'':32} {setting.meaning}")
    return lines
