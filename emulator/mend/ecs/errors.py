# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The refusals of ECS, by their code."""

from __future__ import annotations

from moto.core.exceptions import ServiceException


def invalid(message: str) -> ServiceException:
    return ServiceException("InvalidParameterException", message)


def client(message: str) -> ServiceException:
    return ServiceException("ClientException", message)


def refused(code: str, message: str) -> ServiceException:
    return ServiceException(code, message)
