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

    def get_job(self) -> ActionResult:
        """Each step that began says where its log is; no credentials are needed there."""
        answer = self.backend.get_job(self.params)
        place = f"http://{self.headers['Host']}/_emulator/builds/{self.params['appId']}/{self.params['branchName']}"
        for step in answer["job"]["steps"]:
            if step["status"] not in ("PENDING", "CANCELLED"):
                step["logUrl"] = f"{place}/{self.params['jobId']}/{step['stepName']}"
        return ActionResult(answer)


def _operation(name: str) -> Callable[[AmplifyResponse], ActionResult]:
    def answer(self: AmplifyResponse) -> ActionResult:
        return ActionResult(getattr(self.backend, name)(self.params))

    answer.__name__ = name
    return answer


for _name in [name for name in vars(AmplifyBackend) if not name.startswith("_") and name not in vars(AmplifyResponse)]:
    setattr(AmplifyResponse, _name, _operation(_name))
