"""`urtuu check`: read every data file and say what is wrong, where, and how to mend it."""

from __future__ import annotations

import argparse
import sys

from bot.catalogue.acts import check_acts
from bot.catalogue.check import report
from bot.catalogue.helpline_service import PREFIX
from bot.catalogue.loader import load_catalogue
from bot.language import values
from bot.places import data_folder

HELP = "check the data: keys, slots, KHUR fields, sources, phrases, lengths of every answer"
EXAMPLE = "urtuu check --lengths"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the verb's options."""
    parser.add_argument(
        "--lengths", action="store_true", help="print SMS segments and USSD pages per answer"
    )
    parser.add_argument("--warnings", action="store_true", help="print every warning")


def run(options: argparse.Namespace) -> int:
    """Check; return 0 when all is well. Raises CatalogueError listing every problem."""
    catalogue = load_catalogue(data_folder())
    examples = check_acts(data_folder(), catalogue)
    unknown = {slot.type for slot in catalogue.slots.values()} - values.KINDS
    if unknown:
        sys.stderr.write(f"nlu_data/slots.yml: key 'type': no parser for {sorted(unknown)}\n")
        return 1
    found = report(catalogue)
    if options.lengths:
        sys.stdout.writelines(f"{line}\n" for line in found.lines())
    if options.warnings:
        sys.stdout.writelines(f"warning: {warning}\n" for warning in found.warnings)
    helplines = sum(service.id.startswith(PREFIX) for service in catalogue.services.values())
    sys.stdout.write(
        f"{len(catalogue.services) - helplines} services, {len(catalogue.helplines)} helplines, "
        f"{len(examples)} examples of acts, {len(catalogue.slots)} slots, "
        f"{len(catalogue.operations)} KHUR operations, {len(found.warnings)} warnings: all well\n"
    )
    return 0
