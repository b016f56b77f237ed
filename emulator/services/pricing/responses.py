# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult, BaseResponse
from moto.core.utils import get_service_model

from emulator import validation
from emulator.registry import parameters

from .models import PricingBackend, pricing_backends


class PricingResponse(BaseResponse):
    def __init__(self) -> None:
        super().__init__(service_name="pricing")
        self.automated_parameter_parsing = True

    @property
    def backend(self) -> PricingBackend:
        return pricing_backends[self.current_account][self.partition]

    def describe_services(self) -> ActionResult:
        return self._answer(self.backend.describe_services)

    def get_attribute_values(self) -> ActionResult:
        return self._answer(self.backend.get_attribute_values)

    def get_products(self) -> ActionResult:
        return self._answer(self.backend.get_products)

    def _answer(self, ask: Callable[[dict[str, Any]], dict[str, Any]]) -> ActionResult:
        asked = parameters(self)
        shape = get_service_model("pricing").operation_model(self._get_action()).input_shape
        found = validation.violations(shape, asked)
        if found:
            raise ServiceException("InvalidParameterException", validation.message(found))
        return ActionResult(ask(asked))
