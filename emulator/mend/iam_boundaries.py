# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""IAM: permissions boundaries of users, which moto has for roles only.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutUserPermissionsBoundary.html
"""

from __future__ import annotations

from typing import Any

from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult
from moto.iam.models import IAMBackend, User
from moto.iam.responses import IamResponse

from emulator.registry import mend, operation


def _policy(backend: IAMBackend, arn: str) -> str:
    if arn not in backend.managed_policies:
        raise ServiceException("NoSuchEntity", f"Scope ARN: {arn} does not exist or is not attachable.")
    return arn


@operation(IamResponse)
def put_user_permissions_boundary(self: IamResponse, parameters: dict[str, Any]) -> None:
    user = self.backend.get_user(parameters["UserName"])
    user.permissions_boundary_arn = _policy(self.backend, parameters["PermissionsBoundary"])


@operation(IamResponse)
def delete_user_permissions_boundary(self: IamResponse, parameters: dict[str, Any]) -> None:
    user = self.backend.get_user(parameters["UserName"])
    if getattr(user, "permissions_boundary_arn", None) is None:
        raise ServiceException("NoSuchEntity", f"The user {user.name} does not have a permissions boundary.")
    user.permissions_boundary_arn = None


def _shown(answer: ActionResult, user: User) -> ActionResult:
    arn = getattr(user, "permissions_boundary_arn", None)
    if arn:
        user.permissions_boundary = {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": arn}
    else:
        user.permissions_boundary = None
    return answer


@mend(IamResponse)
def create_user(original: Any, self: IamResponse) -> ActionResult:
    boundary = self._get_param("PermissionsBoundary")
    if boundary:
        _policy(self.backend, boundary)
    answer = original(self)
    user = self.backend.get_user(self._get_param("UserName"))
    user.permissions_boundary_arn = boundary
    return _shown(answer, user)


@mend(IamResponse)
def get_user(original: Any, self: IamResponse) -> ActionResult:
    answer = original(self)
    name = self._get_param("UserName")
    return _shown(answer, self.backend.get_user(name)) if name else answer


@mend(IamResponse)
def list_users(original: Any, self: IamResponse) -> ActionResult:
    """Without boundaries: only GetUser tells them."""
    for user in self.backend.users.values():
        user.permissions_boundary = None
    return original(self)
