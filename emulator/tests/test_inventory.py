# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The README lists what is added and mended."""

from __future__ import annotations

from emulator import inventory


def test_the_readme_has_the_table_of_today():
    text = inventory.README.read_text()
    assert text == inventory.written(text), "Run: python -m emulator.inventory"
    assert "CreateSamplingRule" in text
