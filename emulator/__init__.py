# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""An AWS to develop and test against: moto, mended, with the services it lacks. See README.md."""

from __future__ import annotations
