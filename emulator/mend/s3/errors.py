# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Refusals in S3's words."""

from __future__ import annotations

from moto.s3.exceptions import S3ClientError


def refuse(code: str, message: str) -> S3ClientError:
    """The error to raise."""
    return S3ClientError(code, message)
