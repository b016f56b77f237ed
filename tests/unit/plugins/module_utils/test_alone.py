# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import multiprocessing
import pathlib
import time

import pytest
from ansible_collections.sdt.infra.plugins.module_utils._alone import alone

FORK = multiprocessing.get_context("fork")


def _add_one(file: pathlib.Path) -> None:
    """As with AWS: read, merge, write."""
    with alone("test"):
        number = int(file.read_text())
        time.sleep(0.02)
        file.write_text(str(number + 1))


def test_nobody_loses_what_another_wrote(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    (file := tmp_path / "number").write_text("0")
    processes = [FORK.Process(target=_add_one, args=(file,)) for _number in range(8)]
    for one in processes:
        one.start()
    for one in processes:
        one.join()
    assert file.read_text() == "8"


def test_without_a_place_for_it_there_are_no_turns(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "none"))
    with alone("test"), alone("test"):
        pass


def test_somebody_elses_link_is_not_followed(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with alone("test"):
        pass
    (place,) = tmp_path.iterdir()
    place.unlink()
    place.symlink_to(tmp_path / "elsewhere")
    with alone("test"):
        pass
    assert not (tmp_path / "elsewhere").exists()
