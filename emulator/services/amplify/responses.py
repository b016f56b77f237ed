# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from collections.abc import Callable

from moto.core.responses import ActionResult, BaseResponse

from .models import AmplifyBackend, amplify_backends


class AmplifyResponse(BaseResponse):
    """One method per operation, all alike: ask the backend."""

    def __init__(self) -> None:
        super().__init__(service_name="amplify")
        self.automated_parameter_parsing = True

    @property
    def backend(self) -> AmplifyBackend:
        return amplify_backends[self.current_account][self.region]


def _operation(name: str) -> Callable[[AmplifyResponse], ActionResult]:
    def answer(self: AmplifyResponse) -> ActionResult:
        return ActionResult(getattr(self.backend, name)(self.params))

    answer.__name__ = name
    return answer


for _name in [name for name in vars(AmplifyBackend) if not name.startswith("_")]:
    setattr(AmplifyResponse, _name, _operation(_name))
