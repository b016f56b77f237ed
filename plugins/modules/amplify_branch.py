#!/usr/bin/python
# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: amplify_branch
version_added: 0.1.0
short_description: Manage a branch of an Amplify app
description:
  - Creates, changes and deletes a branch of an app of AWS Amplify Hosting.
  - See U(https://docs.aws.amazon.com/amplify/latest/userguide/multi-environments.html).
author: SDT platform engineering (@sdt)
options:
  name:
    description: Name of the branch in the repository.
    type: str
  app:
    description: Name or id of the app. Every resource needs it, of itself or beside O(each).
    type: str
  description:
    description: What the branch is for.
    type: str
  stage:
    description: What is published from it.
    type: str
    choices: [PRODUCTION, BETA, DEVELOPMENT, EXPERIMENTAL, PULL_REQUEST]
  framework:
    description: Framework of the app, as it is shown.
    type: str
  display_name:
    description: First part of the default domain name, in place of the name of the branch.
    type: str
  auto_build:
    description: Whether it is built when something is pushed.
    type: bool
  environment_variables:
    description: Variables of the build that overlay those of the app, as a whole.
    type: dict
  build_spec:
    description: How it is built, as YAML text.
    type: str
  pull_request_preview:
    description: >-
      Whether pull requests to it are built and published. In a public repository anybody can then run code that reads the
      environment variables.
    type: bool
  pull_request_environment:
    description: Name of the Amplify environment of the previews.
    type: str
  performance_mode:
    description: Whether content stays in the cache for up to ten minutes after a release.
    type: bool
  notifications:
    description: Whether builds are reported by e-mail, to addresses that are set up in the console.
    type: bool
  basic_auth_secret:
    description: Name of the secret that holds V(user:password) for access to it; an empty string opens it.
    type: str
  ttl:
    description: How long browsers may keep content, in seconds.
    type: int
  start_job:
    description:
      - Whether to start the first build. AWS builds a new branch only when something is pushed.
      - Does nothing where a build ever ran. The build is not waited for.
      - The app has to be connected to its repository.
    type: bool
    default: false
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - sdt.infra.resource
  - sdt.infra.resource.lock
  - sdt.infra.resource.connection
  - sdt.infra.resource.state
  - sdt.infra.resource.tags
"""

EXAMPLES = r"""
- name: Publish main
  sdt.infra.amplify_branch:
    app: sdt-prod-frontend
    name: main
    stage: PRODUCTION
    start_job: true
"""

RETURN = r"""
amplify_branch:
  description: The branch. Missing when O(each) is used; see RV(resources).
  returned: when a single branch is managed
  type: dict
  contains:
    arn:
      description: ARN of the branch.
      type: str
    name:
      description: Name of the branch.
      type: str
    built:
      description: Whether a build ever started.
      type: bool
    url:
      description: Where the branch is published.
      type: str
      sample: https://main.d2abcdefghijkl.amplifyapp.com
    stage:
      description: What is published from it.
      type: str
    tags:
      description: Tags of the branch.
      type: dict
resources:
  description: Every managed branch by its name, with the keys of RV(amplify_branch).
  returned: always
  type: dict
actions:
  description: What was done, or would be done in check mode; one entry for each changed branch.
  returned: always
  type: list
  elements: dict
"""

from ansible_collections.sdt.infra.plugins.module_utils import _tags
from ansible_collections.sdt.infra.plugins.module_utils._amplify import (
    GONE,
    PartOfApp,
    credentials,
    request,
    texts,
    variables,
)
from ansible_collections.sdt.infra.plugins.module_utils._compare import State
from ansible_collections.sdt.infra.plugins.module_utils._loop import run

# option -> what CreateBranch and UpdateBranch call it
_SETTINGS = {
    "description": "description",
    "stage": "stage",
    "framework": "framework",
    "display_name": "displayName",
    "auto_build": "enableAutoBuild",
    "build_spec": "buildSpec",
    "pull_request_preview": "enablePullRequestPreview",
    "pull_request_environment": "pullRequestEnvironmentName",
    "performance_mode": "enablePerformanceMode",
    "notifications": "enableNotification",
}


class Branch(PartOfApp):
    kind = "Amplify branch"
    key = "amplify_branch"
    serves = True
    fields = (*_SETTINGS, "environment_variables", "ttl")
    exact = frozenset({"environment_variables"})
    secret = frozenset({"basic_auth_credentials"})
    computed = ("arn", "url")

    def find(self) -> State | None:
        app_id = self.app_id()
        if app_id is None:
            return None
        branches = self.aws.read("amplify", "list_branches", "branches", appId=app_id, missing=GONE)
        branch = next((one for one in branches or [] if one["branchName"] == self.name), None)
        if branch is None:
            return None
        return {
            "arn": branch["branchArn"],
            "name": self.name,
            "url": f"https://{branch['displayName']}.{app_id}.amplifyapp.com",
            **{option: branch.get(key) for option, key in _SETTINGS.items()},
            "build_spec": (branch.get("buildSpec") or "").strip(),
            "environment_variables": branch.get("environmentVariables") or {},
            "ttl": int(branch.get("ttl") or 0),
            "basic_auth_credentials": (branch.get("basicAuthCredentials") or "")
            if branch.get("enableBasicAuth")
            else "",
            "built": branch.get("totalNumberOfJobs", "0") != "0",
            "tags": _tags.own(branch.get("tags")),
        }

    def desired(self) -> State:
        desired = super().desired()
        if "build_spec" in desired:
            desired["build_spec"] = desired["build_spec"].strip()
        if "environment_variables" in desired:
            desired["environment_variables"] = texts(desired["environment_variables"])
        secret = self.options.get("basic_auth_secret")
        if secret is not None:
            desired["basic_auth_credentials"] = credentials(self.aws, secret) if secret else ""
        if self.options["start_job"]:
            desired["built"] = True
        return desired

    def create(self, desired: State) -> None:
        given = {name: value for name, value in desired.items() if value not in ("", {})}
        sent = {**self._named(), **self._request(given)}
        if desired.get("tags"):
            sent["tags"] = desired["tags"]
        self.aws.write("amplify", "create_branch", **sent)
        if desired.get("built"):
            self._build()

    def update(self, current: State, changes: State) -> None:
        sent = self._request(changes)
        if sent:
            self.aws.write("amplify", "update_branch", **self._named(), **sent)
        if "built" in changes:
            self._build()

    def delete(self, current: State) -> None:
        self.aws.write("amplify", "delete_branch", **self._named(), missing=GONE)

    def _named(self) -> State:
        return {"appId": self.app_id(), "branchName": self.name}

    def _build(self) -> None:
        self.aws.write(
            "amplify",
            "start_job",
            **self._named(),
            jobType="RELEASE",
            jobReason="First build of the branch",
        )

    @staticmethod
    def _request(settings: State) -> State:
        sent = request(settings, _SETTINGS)
        if "environment_variables" in settings:
            sent["environmentVariables"] = variables(settings["environment_variables"])
        if "ttl" in settings:
            sent["ttl"] = str(settings["ttl"])
        if "basic_auth_credentials" in settings:
            sent["enableBasicAuth"] = bool(settings["basic_auth_credentials"])
            if settings["basic_auth_credentials"]:
                sent["basicAuthCredentials"] = settings["basic_auth_credentials"]
        return sent


def main() -> None:
    run(
        Branch,
        {
            "name": {"type": "str"},
            "app": {"type": "str"},
            "description": {"type": "str"},
            "stage": {
                "type": "str",
                "choices": ["PRODUCTION", "BETA", "DEVELOPMENT", "EXPERIMENTAL", "PULL_REQUEST"],
            },
            "framework": {"type": "str"},
            "display_name": {"type": "str"},
            "auto_build": {"type": "bool"},
            "environment_variables": {"type": "dict"},
            "build_spec": {"type": "str"},
            "pull_request_preview": {"type": "bool"},
            "pull_request_environment": {"type": "str"},
            "performance_mode": {"type": "bool"},
            "notifications": {"type": "bool"},
            "basic_auth_secret": {"type": "str", "no_log": False},
            "ttl": {"type": "int"},
            "start_job": {"type": "bool", "default": False},
        },
        needs=("app",),
    )


if __name__ == "__main__":
    main()
