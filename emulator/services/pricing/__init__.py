# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The AWS Price List Query API, which moto does not have."""

from __future__ import annotations

from .models import pricing_backends

__all__ = ["pricing_backends"]
