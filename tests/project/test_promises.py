"""The promise about services: one YAML file more, and citizens are served by it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bot.live import LiveCatalogue
from bot.places import PROJECT, data_folder
from tests.program import require_model

NEW_SERVICE = """\
id: yak_census
kind: info
category: herder
title: Сарлагийн тооллогод бүртгүүлэх
short: Сарлагийн тооллого
ask: []
approval: none
facts: {}
say:
  answer: Сарлагаа багийн даргадаа хэлж бүртгүүлнэ. Лавлах 1111.
life_events: []
phrases:
  - сарлагаа хаана бүртгүүлэх вэ
  - сарлагийн тооллого хэзээ болох вэ
  - сарлаг тоолуулъя
  - сарлагийнхаа тоог өгөх гэсэн юм
  - манай сарлагууд тоологдоогүй үлдчихлээ
  - сарлагаа тоолуулж чадсангүй
  - сарлагийн бүртгэл
  - сарлаг бүртгэдэг хүн хэн бэ
  - сарлагийн тоо бүртгэл хаана хийдэг юм
  - сарлагтай айл яаж бүртгүүлэх вэ
  - сарлагаа тоолуулмаар байна
  - хайнагаа сарлагтайгаа хамт тоолуулах уу
  - сарлагийн тоогоо хаана мэдүүлэх вэ
  - энэ жил сарлаг тоологч ирээгүй
  - сарлаг тоолох хугацаа
"""


@pytest.fixture
def copied_data(tmp_path: Path) -> Path:
    folder = tmp_path / "nlu_data"
    shutil.copytree(data_folder(), folder)
    return folder


def test_a_new_service_is_one_file_and_needs_no_training(copied_data: Path) -> None:
    require_model()
    (copied_data / "services" / "yak_census.yml").write_text(NEW_SERVICE, encoding="utf-8")
    answer = subprocess.run(
        [sys.executable, "-m", "bot", "talk", "--phone", "+97688123456"],
        input="сарлагаа тоолуулах гэсэн юм\n",
        capture_output=True,
        text=True,
        cwd=PROJECT,
        env={
            **os.environ,
            "URTUU_NLU_DATA": str(copied_data),
            "URTUU_VAR": str(copied_data.parent / "var"),
            "URTUU_KHUR_PORT": "0",
        },
        check=True,
        timeout=120,
    )
    assert "багийн даргадаа" in answer.stdout


def test_a_file_added_while_serving_is_taken_in(copied_data: Path) -> None:
    live = LiveCatalogue(copied_data)
    assert not live.refresh()
    (copied_data / "services" / "yak_census.yml").write_text(NEW_SERVICE, encoding="utf-8")
    assert live.refresh()
    assert live.ranker.rank("сарлагаа тоолуулах гэсэн юм")[0].id == "yak_census"


def test_a_wrong_file_added_while_serving_leaves_the_catalogue_as_it_was(
    copied_data: Path,
) -> None:
    live = LiveCatalogue(copied_data)
    before = live.catalogue
    (copied_data / "services" / "yak_census.yml").write_text("id: [", encoding="utf-8")
    assert not live.refresh()
    assert live.catalogue is before


def test_check_names_file_key_and_remedy_of_a_wrong_service(copied_data: Path) -> None:
    wrong = NEW_SERVICE.replace("category: herder", "category: herdr")
    (copied_data / "services" / "yak_census.yml").write_text(wrong, encoding="utf-8")
    answer = subprocess.run(
        [sys.executable, "-m", "bot", "check"],
        capture_output=True,
        text=True,
        cwd=PROJECT,
        env={**os.environ, "URTUU_NLU_DATA": str(copied_data)},
        check=False,
        timeout=60,
    )
    assert answer.returncode == 1
    assert "services/yak_census.yml" in answer.stderr
    assert "category" in answer.stderr
    assert "herder" in answer.stderr


def test_understand_writes_one_json_object_per_line() -> None:
    require_model()
    lines = ["торгууль байгаа юу", "unemlehee geechihlee", "баярлалаа", "", "1234УНА"]
    answer = subprocess.run(
        [sys.executable, "-m", "bot", "understand"],
        input="\n".join(lines) + "\n",
        capture_output=True,
        text=True,
        cwd=PROJECT,
        check=True,
        timeout=120,
    )
    found = [json.loads(line) for line in answer.stdout.splitlines()]
    assert [one["text"] for one in found] == lines
    assert found[0]["decision"] == "service"
    assert found[0]["services"][0]["id"] == "vehicle_fines"
    assert found[1]["services"][0]["id"] == "id_card_replace"
    assert found[2]["act"]["name"] == "thanks"
    assert found[4]["entities"][0]["value"] == "1234УНА"
    for one in found:
        assert set(one) == {"text", "act", "services", "decision", "entities"}
        assert one["decision"] in ("service", "choose", "act", "reject")
        assert len(one["services"]) <= 5
