# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What moto lacks or gets wrong, one module per AWS service. All modules here are loaded at start (registry.load)."""

from __future__ import annotations
