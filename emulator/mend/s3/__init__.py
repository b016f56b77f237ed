# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""S3 as it is since 2023: what a new bucket has, what is refused, and the settings moto has no place for."""

from __future__ import annotations

from emulator.mend.s3 import buckets, lifecycle, metrics, policies, request_payment, tiering

__all__ = ["buckets", "lifecycle", "metrics", "policies", "request_payment", "tiering"]
