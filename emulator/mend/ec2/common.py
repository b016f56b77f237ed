# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What the mends of EC2 share: refusals."""

from __future__ import annotations

from moto.ec2.exceptions import EC2ClientError


def refused(code: str, message: str) -> EC2ClientError:
    return EC2ClientError(code, message)


def dependency(message: str) -> EC2ClientError:
    return EC2ClientError("DependencyViolation", message)
