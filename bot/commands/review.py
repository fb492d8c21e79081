"""`urtuu review`: what was not understood, read and labelled by a person.

Nothing labelled becomes a training phrase by itself: it is exported, edited and applied.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bot.operator import operator_name, run_in_store
from bot.places import data_folder
from bot.review.additions import add
from bot.review.errors import ReviewError, UnknownItem
from bot.review.labels import owners
from bot.review.proposal import proposed, read, written
from bot.store.access import Access, append_access
from bot.store.database import StoreSession, utc_now
from bot.store.models import REVIEW_REASONS
from bot.store.review import Item, drop_item, label_item, review_item, review_items

HELP = "read what was not understood, say what it means, turn that into phrases"
EXAMPLE = "urtuu review label 12 vehicle_fines"

DROP = "drop"
PURPOSE = "learning from what was not understood"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the verb's options."""
    parser.add_argument("--demo", action="store_true", help="the queue of demo mode")
    what = parser.add_subparsers(
        dest="what", metavar="list|show|label|export|apply", required=True
    )
    listed = what.add_parser("list", help="what waits for a label, the most frequent first")
    listed.add_argument("--reason", choices=REVIEW_REASONS)
    listed.add_argument("--limit", type=_count, default=20, help="how many, 20")
    listed.add_argument("--labelled", action="store_true", help="what has a label instead")
    listed.add_argument("--json", action="store_true", help="one JSON object a line")
    show = what.add_parser("show", help="one utterance with what was decided and chosen")
    show.add_argument("number", type=int)
    show.add_argument("--json", action="store_true", help="as a JSON object")
    label = what.add_parser("label", help="say what an utterance means, or drop it")
    label.add_argument("number", type=int)
    label.add_argument("label", help="a service id, #act, #oos, or drop to delete it")
    export = what.add_parser("export", help="write labelled utterances as proposed phrases")
    export.add_argument("file", type=Path)
    apply = what.add_parser("apply", help="add the phrases of an edited file to nlu_data")
    apply.add_argument("file", type=Path)


def run(options: argparse.Namespace) -> int:
    """Do what was asked; return 0. Raises ReviewError, CatalogueError, StoreUnavailable."""
    if options.what == "apply":
        return _apply(options.file)
    work = {"list": _list, "show": _show, "label": _label, "export": _export}[options.what]
    return run_in_store(lambda session: work(session, options), demo=options.demo)


async def _list(session: StoreSession, options: argparse.Namespace) -> Sequence[str]:
    items = await review_items(
        session, reason=options.reason, labelled=options.labelled, limit=options.limit
    )
    await _log(session, "review list")
    if options.json:
        return [_json(item) for item in items]
    return [
        f"{item.number:>5}  {item.count:>4}x  {item.reason:<9}  {item.last_day}  "
        f"{item.text}  {_outcome(item)}".rstrip()
        for item in items
    ] or ["nothing waits for a label"]


async def _show(session: StoreSession, options: argparse.Namespace) -> Sequence[str]:
    item = await review_item(session, options.number)
    if item is None:
        raise _unknown(options.number)
    await _log(session, f"review show {item.number}")
    if options.json:
        return [_json(item)]
    return [
        f"{item.number}  {item.reason}  {item.text}",
        f"said {item.count}x, {item.first_day} to {item.last_day}; first by {item.channel}, "
        f"{item.script}",
        f"decided: {item.decided['kind']}, act {item.decided['act']} "
        f"{item.decided['confidence']:.2f}",
        *(f"  {one['score']:.2f}  {one['id']}" for one in item.decided["services"]),
        f"chosen in the end: {item.chosen or 'not known'}",
        f"label: {item.label or 'none'}",
    ]


async def _label(session: StoreSession, options: argparse.Namespace) -> Sequence[str]:
    number = options.number
    if options.label == DROP:
        if not await drop_item(session, number):
            raise _unknown(number)
        return [f"{number}: deleted"]
    label = owners(data_folder()).label(options.label)
    if not await label_item(session, number, label):
        raise _unknown(number)
    return [f"{number}: {label}"]


async def _export(session: StoreSession, options: argparse.Namespace) -> Sequence[str]:
    items = await review_items(session, labelled=True)
    await _log(session, "review export")
    text = written(items, owners(data_folder()))
    try:
        options.file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ReviewError(f"{options.file} cannot be written ({error.strerror})") from error
    return [f"{options.file}: {len(items)} labelled; edit it, then: urtuu review apply FILE"]


def _apply(path: Path) -> int:
    folder = data_folder()
    additions = proposed(read(path), owners(folder))
    for added in add(folder, additions):
        sys.stdout.write(f"{added.path.relative_to(folder)}: {added.count} added\n")
    acts = any(addition.label.startswith("#") for addition in additions)
    sys.stdout.write(
        f"{len(additions)} phrases added; nlu_data is in order"
        f"{'; acts are learned by `urtuu train`' if acts else ''}\n"
    )
    return 0


async def _log(session: StoreSession, operation: str) -> None:
    access = Access(actor=operator_name(), operation=operation, purpose=PURPOSE, result="ok")
    await append_access(session, access, at=utc_now())


def _unknown(number: int) -> UnknownItem:
    return UnknownItem(f"no utterance {number}; `urtuu review list` shows the numbers")


def _outcome(item: Item) -> str:
    if item.label:
        return f"= {item.label}"
    return f"→ {item.chosen}" if item.chosen else f"({_nearest(item.decided)})"


def _nearest(decided: Mapping[str, Any]) -> str:
    services = decided["services"]
    return str(services[0]["id"] if services else decided["act"])


def _json(item: Item) -> str:
    return json.dumps(asdict(item), ensure_ascii=False, default=str)


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number
