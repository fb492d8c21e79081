"""`urtuu check`: read every data file and say what is wrong, where, and how to mend it."""

from __future__ import annotations

import argparse
import json
import sys

from bot.catalogue.acts import check_acts
from bot.catalogue.check import report
from bot.catalogue.firsts import first_answers, read_notes, read_responses
from bot.catalogue.helpline_service import PREFIX
from bot.catalogue.lengths import Lengths, lengths
from bot.catalogue.loader import Catalogue, load_catalogue
from bot.catalogue.responses import response_answers
from bot.language import values
from bot.places import data_folder

HELP = "check the data: keys, slots, KHUR fields, sources, phrases, lengths of every answer"
EXAMPLE = "urtuu check --units"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the verb's options."""
    parser.add_argument(
        "--units",
        action="store_true",
        help="print units, SMS and USSD pages of every first answer, the longest first",
    )
    parser.add_argument("--json", action="store_true", help="print those sizes as JSON alone")
    parser.add_argument(
        "--lengths", action="store_true", help="print the same of every text of a service"
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
    services, responses = _measured(catalogue)
    if options.json:
        sys.stdout.write(f"{_as_json(services, responses)}\n")
        return 0
    _say_lengths(services, responses, table=options.units)
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


def _measured(catalogue: Catalogue) -> tuple[Lengths, Lengths]:
    """The first answers of the services, and the sentences of the dialogue."""
    notes = read_notes(data_folder())
    return (
        lengths(first_answers(catalogue, notes), notes.sms_offer),
        lengths(response_answers(catalogue, read_responses()), notes.sms_offer),
    )


def _say_lengths(services: Lengths, responses: Lengths, *, table: bool) -> None:
    """Print the tables where they are asked for, what to shorten, and how many fit."""
    for measured in (services, responses) if table else ():
        sys.stdout.writelines(f"{line}\n" for line in measured.lines())
    for hint in (*services.warnings, *responses.warnings):
        sys.stdout.write(f"warning: {hint}\n")
    sys.stdout.write(f"services: {services.totals}\ndialogue: {responses.totals}\n")


def _as_json(services: Lengths, responses: Lengths) -> str:
    sizes = {
        "services": [row.to_json() for row in services.rows],
        "dialogue": [row.to_json() for row in responses.rows],
        "warnings": [str(hint) for hint in (*services.warnings, *responses.warnings)],
    }
    return json.dumps(sizes, ensure_ascii=False, indent=2)
