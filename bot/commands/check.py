"""`urtuu check`: read every data file and say what is wrong, where, and how to mend it."""

from __future__ import annotations

import argparse
import sys

from bot.catalogue.check import Report, report
from bot.catalogue.loader import load_catalogue
from bot.language import quick, values
from bot.places import data_folder

HELP = "check the catalogue: keys, slots, KHUR fields, sources, lengths of every answer"
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
    quick.load(data_folder() / "quick.yml")
    unknown = {slot.type for slot in catalogue.slots.values()} - values.KINDS
    if unknown:
        sys.stderr.write(f"nlu_data/slots.yml: key 'type': no parser for {sorted(unknown)}\n")
        return 1
    found = report(catalogue)
    if options.lengths:
        _print_lengths(found)
    if options.warnings:
        for warning in found.warnings:
            sys.stdout.write(f"warning: {warning}\n")
    sys.stdout.write(
        f"{len(catalogue.services)} services, {len(catalogue.slots)} slots, "
        f"{len(catalogue.operations)} KHUR operations, {len(found.warnings)} warnings: all well\n"
    )
    return 0


def _print_lengths(found: Report) -> None:
    sys.stdout.write("service\tanswer\tSMS Cyrillic\tSMS Latin\tUSSD Cyrillic\tUSSD Latin\n")
    for row in found.rows:
        sys.stdout.write(
            f"{row.service}\t{row.key}\t{row.sms_cyrillic}\t{row.sms_latin}"
            f"\t{row.pages_cyrillic}\t{row.pages_latin}\n"
        )
