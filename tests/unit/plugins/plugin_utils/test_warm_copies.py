# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import copy

import pytest
from ansible._internal._datatag._tags import Origin
from ansible.parsing.dataloader import DataLoader
from ansible.template import is_trusted_as_template
from ansible_collections.sdt.infra.plugins.plugin_utils import _warm_copies

TEXT = """
name: "{{ prefix }}-api"
ports: [80, 443]
share: 0.5
limits: {cpu: 256, "on": true, none: null}
"""


@pytest.fixture
def shared():
    _warm_copies.share_scalars()
    yield
    for value in ("", b"", 0, 0.0):
        del type(Origin(description="x").tag(value)).__deepcopy__


def load(loader, path):
    return loader.load_from_file(str(path), trusted_as_template=True)


def test_what_is_loaded_twice_is_equal_and_can_be_changed_apart(shared, tmp_path):
    (path := tmp_path / "main.yml").write_text(TEXT)
    loader = DataLoader()
    first, second = load(loader, path), load(loader, path)
    first["ports"].append(8080)
    first["limits"]["cpu"] = 512
    assert second["ports"] == [80, 443]
    assert second["limits"] == {"cpu": 256, "on": True, "none": None}
    assert load(loader, path) == second


def test_copies_know_where_they_come_from_and_that_they_are_trusted(shared, tmp_path):
    (path := tmp_path / "main.yml").write_text(TEXT)
    data = copy.deepcopy(load(DataLoader(), path))
    assert is_trusted_as_template(data["name"])
    assert Origin.get_tag(data["ports"][1]).line_num == 3


def test_texts_and_numbers_are_shared(shared, tmp_path):
    (path := tmp_path / "main.yml").write_text(TEXT)
    data = load(DataLoader(), path)
    copied = copy.deepcopy(data)
    assert copied["name"] is data["name"]
    assert copied["ports"][0] is data["ports"][0]
    assert copied is not data and copied["ports"] is not data["ports"]


def test_where_ansible_copies_them_well_itself_it_is_left_to_it(shared):
    with pytest.raises(RuntimeError):
        _warm_copies.share_scalars()
