"""The files of the phone page: what is served, under which headers, and what is not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from starlette.applications import Starlette

import channels.phone_page
from channels.phone_page import phone_page_routes
from tests.channels.loopback import bound_socket, client_of, serve

FOLDER = Path(channels.phone_page.__file__).parent
PATHS = [route.path for route in phone_page_routes()]
NAMESPACE = "http://www.w3.org/2000/svg"


def test_every_file_of_the_folder_is_served_and_nothing_else_is() -> None:
    names = {
        path.name for path in FOLDER.iterdir() if path.suffix in (".html", ".css", ".js", ".svg")
    }
    assert {path.rpartition("/")[2] or "index.html" for path in PATHS} == names
    with (
        bound_socket() as sock,
        serve(Starlette(routes=phone_page_routes()), sock) as url,
        client_of(url) as client,
    ):
        answers = [client.get(path) for path in PATHS]
        stray = client.get("/phone/__init__.py")
    assert {answer.status_code for answer in answers} == {200}
    assert stray.status_code == 404
    for answer in answers:
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'")
        assert "unsafe" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.*")), ids=lambda path: path.name)
def test_no_file_names_another_host(path: Path) -> None:
    text = path.read_text(encoding="utf-8").replace(NAMESPACE, "")
    assert re.findall(r"https?://|//[a-z]+\.[a-z]", text) == []


def test_the_page_has_no_inline_script_or_style() -> None:
    html = (FOLDER / "index.html").read_text(encoding="utf-8")
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", html)
    scripts = re.findall(r"<script[^>]*>", html)
    assert all("src=" in script or "application/json" in script for script in scripts)
