# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What all services share."""

from __future__ import annotations

from typing import Any

from moto.core import errors

from emulator.registry import mend


@mend(errors)
def get_exception_service_model(original: Any, exception: Exception) -> Any:
    """moto takes the package of an exception for its service, also for its own package core."""
    return None if type(exception).__module__.startswith("moto.core.") else original(exception)
