"""`urtuu cases`: an operator lists, reads and moves what citizens have filed."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

from bot.demo import demo_settings
from bot.places import PROJECT
from bot.store.access import verify_access_chain
from bot.store.case_status import spoken_number
from bot.store.cases import NewCase, case_by_number, create_case
from bot.store.database import Store, utc_now
from bot.store.vault import Vault

PHONE, WRITTEN = "+97688000003", "Гудамжны гэрэл асахгүй байна"


def _store(folder: Path) -> Store:
    settings = demo_settings(
        {"URTUU_VAR": str(folder)}, khur_url="", khur_token="", khur_key_pem=b""
    )
    keys = json.loads((folder / "demo" / "keys.json").read_text())
    vault = Vault({"demo": base64.b64decode(keys["vault_key"])}, "demo", settings.pepper)
    return Store(settings.database_url, vault)


@pytest.fixture
def filed(tmp_path: Path) -> str:
    """The number of one submitted complaint in the demo database of a folder."""

    async def file() -> str:
        store = _store(tmp_path)
        await store.migrate()
        new = NewCase(
            service_id="complaint_create",
            channel="africastalking_sms",
            address=PHONE,
            conversation_id="c" * 64,
            idempotency_key="one",
            status="submitted",
            form={"topic": WRITTEN},
        )
        async with store.write() as session:
            source = random.Random(4)  # noqa: S311 - the number is not secret here
            case = await create_case(session, new, actor="citizen", at=utc_now(), source=source)
        await store.close()
        return str(case.number)

    return asyncio.run(file())


def _urtuu(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603
        [sys.executable, "-m", "bot", "cases", "--demo", *words],
        cwd=PROJECT,
        env={**os.environ, "URTUU_VAR": str(folder)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_an_operator_lists_reads_and_moves_a_case(tmp_path: Path, filed: str) -> None:
    shown = spoken_number(filed)
    assert shown in _urtuu(tmp_path, "list").stdout
    read = _urtuu(tmp_path, "show", shown).stdout
    assert WRITTEN in read
    assert PHONE in read
    moved = _urtuu(tmp_path, "move", shown, "in_agency", "--note", "сумын ЗДТГ-т өгсөн")
    assert moved.stdout.strip() == f"{shown}: submitted → in_agency"
    assert "сумын ЗДТГ-т өгсөн" in _urtuu(tmp_path, "show", filed).stdout


def test_every_reading_of_a_case_is_in_the_access_log(tmp_path: Path, filed: str) -> None:
    _urtuu(tmp_path, "show", filed)

    async def logged() -> int:
        store = _store(tmp_path)
        async with store.read() as session:
            rows = (await verify_access_chain(session)).rows
        await store.close()
        return rows

    assert asyncio.run(logged()) == 1


def test_an_illegal_move_is_refused_and_changes_nothing(tmp_path: Path, filed: str) -> None:
    refused = _urtuu(tmp_path, "move", filed, "delivered")
    assert refused.returncode == 1
    assert "cannot go from submitted to delivered" in refused.stderr

    async def status() -> str:
        store = _store(tmp_path)
        async with store.read() as session:
            case = await case_by_number(session, filed)
            found = case.status if case else ""
        await store.close()
        return found

    assert asyncio.run(status()) == "submitted"


def test_an_unknown_number_is_named_with_the_remedy(tmp_path: Path, filed: str) -> None:
    answer = _urtuu(tmp_path, "show", "123")
    assert answer.returncode == 1
    assert "urtuu cases list" in answer.stderr
