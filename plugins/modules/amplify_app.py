#!/usr/bin/python
# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: amplify_app
version_added: 0.1.0
short_description: Manage an Amplify Hosting app
description:
  - Creates, changes and deletes an app of AWS Amplify Hosting.
  - >-
    An app whose Git token is not stored yet is created without its repository and reported in RV(pending). A later run
    connects it. Branches should wait until then, because AWS connects no app that has branches.
  - >-
    Targets of rules and values of environment variables may contain C(${load_balancer_dns:<name>}), which becomes the DNS
    name of that load balancer.
  - See U(https://docs.aws.amazon.com/amplify/latest/userguide/welcome.html).
author: SDT platform engineering (@sdt)
options:
  name:
    description: Name of the app. No two apps of the account and region should share one.
    type: str
  description:
    description: What the app is for.
    type: str
  repository:
    description: URL of the Git repository, such as V(https://github.com/example/frontend).
    type: str
  access_token_secret:
    description:
      - Name of the secret in AWS Secrets Manager that holds a token of the Git host.
      - >-
        The module reads it itself, and only when the app is created or its repository changes. Amplify uses the token once
        and does not keep it, so it is never compared.
      - >-
        A GitHub token needs the scope C(admin:repo_hook), and the Amplify GitHub App of the region has to be installed for the
        repository. CodeCommit needs no token but the right to pull in O(service_role).
    type: str
  platform:
    description: V(WEB) for a static app, V(WEB_COMPUTE) for one that is rendered on the server.
    type: str
    choices: [WEB, WEB_COMPUTE, WEB_DYNAMIC]
    default: WEB
  service_role:
    description: Role Amplify works with, as a name (with its path) or an ARN; an empty string removes it.
    type: str
  environment_variables:
    description: Variables of the build, as a whole. Not the place for secrets, everybody who may see the app sees them.
    type: dict
  build_spec:
    description: How the app is built, as YAML text. Left out, C(amplify.yml) of the repository counts.
    type: str
  custom_rules:
    description: Redirects and rewrites. The first that matches counts.
    type: list
    elements: dict
    suboptions:
      source:
        description: Path or pattern, such as V(/api/<*>).
        type: str
        required: true
      target:
        description: Path or URL.
        type: str
        required: true
      status:
        description: V(200) rewrites, V(301) and V(302) redirect, V(404-200) rewrites what does not exist.
        type: str
        choices: ["200", "301", "302", "404", "404-200"]
        default: "200"
      condition:
        description: Country code, such as V(<US>).
        type: str
  custom_headers:
    description: Response headers, a map from path pattern to a map from header to value. An empty map removes all.
    type: dict
  branch_auto_build:
    description: Whether branches are built when something is pushed, where they do not say otherwise.
    type: bool
  branch_auto_deletion:
    description: Whether a branch goes when it is deleted in the repository.
    type: bool
  basic_auth_secret:
    description:
      - Name of the secret that holds V(user:password) for access to all branches; an empty string opens them.
    type: str
  auto_branch_patterns:
    description: Branches of the repository that match are added by themselves. An empty list turns that off.
    type: list
    elements: str
  auto_branch_config:
    description: How those branches are set up.
    type: dict
    suboptions:
      stage:
        description: What the branches are for.
        type: str
        choices: [PRODUCTION, BETA, DEVELOPMENT, EXPERIMENTAL, PULL_REQUEST]
      framework:
        description: Framework of the app, as it is shown.
        type: str
      auto_build:
        description: Whether they are built when something is pushed.
        type: bool
      pull_request_preview:
        description: >-
          Whether pull requests are built and published. In a public repository anybody can then run code that reads the
          environment variables.
        type: bool
      performance_mode:
        description: Whether content stays in the cache for up to ten minutes after a release.
        type: bool
      environment_variables:
        description: Variables of the build.
        type: dict
      build_spec:
        description: How they are built, as YAML text.
        type: str
      basic_auth_secret:
        description: Name of the secret that holds V(user:password) for access to them.
        type: str
  cache_type:
    description: Whether cookies are part of the cache key (V(AMPLIFY_MANAGED)) or not.
    type: str
    choices: [AMPLIFY_MANAGED, AMPLIFY_MANAGED_NO_COOKIES]
  build_compute_type:
    description: Size of the build machine.
    type: str
    choices: [STANDARD_8GB, LARGE_16GB, XLARGE_72GB]
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
- name: Host the frontend
  sdt.infra.amplify_app:
    name: sdt-prod-frontend
    repository: https://github.com/example/frontend
    access_token_secret: sdt-prod/amplify-token
    service_role: sdt-prod-amplify
    environment_variables:
      API_BASE_URL: /api
    custom_rules:
      - source: /api/<*>
        target: http://${load_balancer_dns:sdt-prod}/<*>
      - source: /<*>
        target: /index.html
        status: 404-200
    custom_headers:
      "**":
        X-Frame-Options: DENY
"""

RETURN = r"""
amplify_app:
  description: The app. Missing when O(each) is used; see RV(resources).
  returned: when a single app is managed
  type: dict
  contains:
    id:
      description: Id of the app.
      type: str
      sample: d2abcdefghijkl
    arn:
      description: ARN of the app.
      type: str
    name:
      description: Name of the app.
      type: str
    default_domain:
      description: Domain under which every branch has its own name.
      type: str
      sample: d2abcdefghijkl.amplifyapp.com
    repository:
      description: The repository the app is connected to; empty while there is none.
      type: str
    tags:
      description: Tags of the app.
      type: dict
resources:
  description: Every managed app by its name, with the keys of RV(amplify_app).
  returned: always
  type: dict
actions:
  description: What was done, or would be done in check mode; one entry for each changed app.
  returned: always
  type: list
  elements: dict
pending:
  description: What a person has to do before the repository can be connected, one sentence each.
  returned: when there is something
  type: list
  elements: str
"""

import json
import typing as t
from urllib.parse import urlsplit

from ansible_collections.sdt.infra.plugins.module_utils import _secret, _tags
from ansible_collections.sdt.infra.plugins.module_utils._amplify import (
    GONE,
    AmplifyResource,
    credentials,
    request,
    texts,
    variables,
)
from ansible_collections.sdt.infra.plugins.module_utils._aws import Aws
from ansible_collections.sdt.infra.plugins.module_utils._compare import State
from ansible_collections.sdt.infra.plugins.module_utils._errors import AwsError, InfraError
from ansible_collections.sdt.infra.plugins.module_utils._expand import expand
from ansible_collections.sdt.infra.plugins.module_utils._loop import run
from ansible_collections.sdt.infra.plugins.module_utils._reference import resolve

# option -> what CreateApp and UpdateApp call it
_SETTINGS = {
    "description": "description",
    "repository": "repository",
    "platform": "platform",
    "service_role": "iamServiceRoleArn",
    "build_spec": "buildSpec",
    "custom_rules": "customRules",
    "custom_headers": "customHeaders",
    "branch_auto_build": "enableBranchAutoBuild",
    "branch_auto_deletion": "enableBranchAutoDeletion",
}
_AUTO_BRANCH = {
    "stage": "stage",
    "framework": "framework",
    "auto_build": "enableAutoBuild",
    "pull_request_preview": "enablePullRequestPreview",
    "performance_mode": "enablePerformanceMode",
    "environment_variables": "environmentVariables",
    "build_spec": "buildSpec",
}
_ROLE_IS_NEW = ("assume",)  # "Unable to assume specified IAM Role" until IAM has spread it
_GITHUB = "github.com"


class App(AmplifyResource):
    kind = "Amplify app"
    key = "amplify_app"
    serves = True
    fields = (
        *_SETTINGS,
        "environment_variables",
        "auto_branch_patterns",
        "auto_branch_config",
        "cache_type",
        "build_compute_type",
    )
    exact = frozenset({"environment_variables", "custom_rules", "auto_branch_config"})
    secret = frozenset({"basic_auth_credentials", "auto_branch_credentials"})
    computed = ("id", "arn", "default_domain")

    def __init__(self, aws: Aws, options: State):
        super().__init__(aws, options)
        self._connected_to = ""

    def find(self) -> State | None:
        found = [one for one in self.aws.read("amplify", "list_apps", "apps") if one["name"] == self.name]
        if len(found) > 1:
            ids = ", ".join(sorted(one["appId"] for one in found))
            raise InfraError(f"{len(found)} Amplify apps are called {self.name} ({ids}): rename or remove all but one.")
        if not found:
            return None
        app = found[0]
        self._connected_to = app.get("repository") or ""
        automatic = app.get("autoBranchCreationConfig") or {}
        return {
            "id": app["appId"],
            "arn": app["appArn"],
            "name": self.name,
            "default_domain": app["defaultDomain"],
            **{option: app.get(key) or "" for option, key in _SETTINGS.items()},
            "branch_auto_build": app.get("enableBranchAutoBuild", False),
            "branch_auto_deletion": app.get("enableBranchAutoDeletion", False),
            "build_spec": (app.get("buildSpec") or "").strip(),
            "custom_headers": (app.get("customHeaders") or "").strip(),
            "custom_rules": [
                {name: value for name, value in one.items() if value} for one in app.get("customRules", [])
            ],
            "environment_variables": app.get("environmentVariables") or {},
            "auto_branch_patterns": sorted(app["autoBranchCreationPatterns"])
            if app.get("enableAutoBranchCreation")
            else [],
            "auto_branch_config": self._automatic_settings(automatic),
            "auto_branch_credentials": automatic.get("basicAuthCredentials") or "",
            "basic_auth_credentials": (app.get("basicAuthCredentials") or "") if app.get("enableBasicAuth") else "",
            "cache_type": (app.get("cacheConfig") or {}).get("type", "AMPLIFY_MANAGED"),
            "build_compute_type": (app.get("jobConfig") or {}).get("buildComputeType", "STANDARD_8GB"),
            "tags": _tags.own(app.get("tags")),
        }

    def desired(self) -> State:
        desired = super().desired()
        if not self._connects(desired.get("repository")):
            desired.pop("repository", None)
        if desired.get("service_role"):
            desired["service_role"] = resolve(self.aws, "role", desired["service_role"])
        if "build_spec" in desired:
            desired["build_spec"] = desired["build_spec"].strip()
        if "custom_headers" in desired:
            desired["custom_headers"] = _headers(desired["custom_headers"])
        if "custom_rules" in desired:
            desired["custom_rules"] = expand(self.aws, desired["custom_rules"])
        if "environment_variables" in desired:
            desired["environment_variables"] = expand(self.aws, texts(desired["environment_variables"]))
        if "auto_branch_patterns" in desired:
            desired["auto_branch_patterns"] = sorted(desired["auto_branch_patterns"])
        self._protect(desired)
        return desired

    def create(self, desired: State) -> None:
        sent = self._request({name: value for name, value in desired.items() if value not in ("", [], {})})
        sent["name"] = self.name
        if desired.get("tags"):
            sent["tags"] = desired["tags"]
        self._send("create_app", sent)

    def update(self, current: State, changes: State) -> None:
        settings = dict(changes)
        if {"auto_branch_config", "auto_branch_credentials"} & set(changes):
            # Amplify takes this structure as a whole.
            for name in ("auto_branch_config", "auto_branch_credentials"):
                settings.setdefault(name, current[name])
        self._send("update_app", {"appId": current["id"], **self._request(settings)})

    def delete(self, current: State) -> None:
        self.aws.write("amplify", "delete_app", appId=current["id"], missing=GONE)

    def pending(self, state: State) -> list[str]:
        wanted = self.options.get("repository")
        if not wanted or state.get("repository") == wanted:
            return []
        secret = self.options.get("access_token_secret")
        store = f"store a token of the Git host in the secret {secret}" if secret else "name a secret with a token"
        first = ""
        if _host(wanted) == _GITHUB:
            install = f"https://github.com/apps/aws-amplify-{self.aws.region}/installations/new"
            first = f"install the Amplify GitHub App for it ({install}), "
        return [f"Amplify app {self.name} is not connected to {wanted}: {first}{store}, and run again."]

    def warnings(self, state: State) -> list[str]:
        plain = sorted(
            {
                urlsplit(rule["target"]).hostname or rule["target"]
                for rule in state.get("custom_rules") or []
                if rule.get("status") == "200" and rule["target"].startswith("http://")
            }
        )
        return [
            f"Amplify app {self.name}: what visitors send over HTTPS goes on to {host} without encryption. Give the target a "
            "certificate and use its https:// address."
            for host in plain
        ]

    # -- the repository and its token ---------------------------------------------------------------------------

    def _connects(self, repository: str | None) -> bool:
        """Whether the repository can be asked for: it is connected already, or what connecting takes is there."""
        if not repository:
            return False
        return repository == self._connected_to or not _needs_token(repository) or self._token() is not None

    def _token(self) -> str | None:
        name = self.options.get("access_token_secret")
        return _secret.look(self.aws, name) if name else None

    def _send(self, operation: str, sent: dict[str, t.Any]) -> None:
        repository = sent.get("repository")
        token = self._token() if repository and _needs_token(repository) else None
        if repository and token:
            sent["accessToken" if _host(repository) == _GITHUB else "oauthToken"] = token
        try:
            self.aws.write("amplify", operation, retry=_ROLE_IS_NEW, **sent)
        except AwsError as error:
            if not token or error.code != "BadRequestException":
                raise
            said = error.aws_message.replace(token, "(hidden)")
            raise InfraError(
                f"Amplify app {self.name} could not be connected to {repository}: {said.rstrip('.')}. Check the token in "
                f"the secret {self.options['access_token_secret']} and that it may read the repository and make webhooks."
            ) from None

    def _automatic_settings(self, config: dict[str, t.Any]) -> State:
        """What the user cares for in the set-up of branches that are added by themselves."""
        found = {option: config.get(key) for option, key in _AUTO_BRANCH.items()}
        found["environment_variables"] = found["environment_variables"] or {}
        asked = self.options.get("auto_branch_config") or {}
        return {option: value for option, value in found.items() if asked.get(option) is not None}

    # -- requests -----------------------------------------------------------------------------------------------

    def _protect(self, desired: State) -> None:
        """Passwords come from secrets; an empty name means none."""
        secret = self.options.get("basic_auth_secret")
        if secret is not None:
            desired["basic_auth_credentials"] = credentials(self.aws, secret) if secret else ""
        if "auto_branch_config" not in desired:
            return
        config = dict(desired["auto_branch_config"])
        secret = config.pop("basic_auth_secret", None)
        if secret is not None:
            desired["auto_branch_credentials"] = credentials(self.aws, secret) if secret else ""
        if "environment_variables" in config:
            config["environment_variables"] = texts(config["environment_variables"])
        desired["auto_branch_config"] = config

    @staticmethod
    def _request(settings: State) -> dict[str, t.Any]:
        sent = request(settings, _SETTINGS)
        if "environment_variables" in settings:
            sent["environmentVariables"] = variables(settings["environment_variables"])
        if "basic_auth_credentials" in settings:
            sent["enableBasicAuth"] = bool(settings["basic_auth_credentials"])
            if settings["basic_auth_credentials"]:
                sent["basicAuthCredentials"] = settings["basic_auth_credentials"]
        if "auto_branch_patterns" in settings:
            sent["enableAutoBranchCreation"] = bool(settings["auto_branch_patterns"])
            if settings["auto_branch_patterns"]:
                sent["autoBranchCreationPatterns"] = settings["auto_branch_patterns"]
        if "auto_branch_config" in settings:
            sent["autoBranchCreationConfig"] = _automatic(settings)
        if "cache_type" in settings:
            sent["cacheConfig"] = {"type": settings["cache_type"]}
        if "build_compute_type" in settings:
            sent["jobConfig"] = {"buildComputeType": settings["build_compute_type"]}
        return sent


def _automatic(settings: State) -> dict[str, t.Any]:
    config = request(settings["auto_branch_config"], _AUTO_BRANCH)
    if "environmentVariables" in config:
        config["environmentVariables"] = variables(config["environmentVariables"])
    password = settings.get("auto_branch_credentials")
    if password is not None:
        config["enableBasicAuth"] = bool(password)
    if password:
        config["basicAuthCredentials"] = password
    return config


def _host(repository: str) -> str:
    return urlsplit(repository).hostname or ""


def _needs_token(repository: str) -> bool:
    return not _host(repository).startswith("git-codecommit.")


def _headers(patterns: dict[str, dict[str, t.Any]]) -> str:
    """The YAML text Amplify takes; texts of JSON are texts of YAML too."""
    if not patterns:
        return ""
    lines = ["customHeaders:"]
    for pattern, headers in patterns.items():
        lines += [f"  - pattern: {json.dumps(pattern)}", "    headers:"]
        for name, value in headers.items():
            lines += [f"      - key: {json.dumps(name)}", f"        value: {json.dumps(str(value))}"]
    return "\n".join(lines)


def main() -> None:
    run(
        App,
        {
            "name": {"type": "str"},
            "description": {"type": "str"},
            "repository": {"type": "str"},
            "access_token_secret": {"type": "str", "no_log": False},
            "platform": {"type": "str", "choices": ["WEB", "WEB_COMPUTE", "WEB_DYNAMIC"], "default": "WEB"},
            "service_role": {"type": "str"},
            "environment_variables": {"type": "dict"},
            "build_spec": {"type": "str"},
            "custom_rules": {
                "type": "list",
                "elements": "dict",
                "options": {
                    "source": {"type": "str", "required": True},
                    "target": {"type": "str", "required": True},
                    "status": {"type": "str", "choices": ["200", "301", "302", "404", "404-200"], "default": "200"},
                    "condition": {"type": "str"},
                },
            },
            "custom_headers": {"type": "dict"},
            "branch_auto_build": {"type": "bool"},
            "branch_auto_deletion": {"type": "bool"},
            "basic_auth_secret": {"type": "str", "no_log": False},
            "auto_branch_patterns": {"type": "list", "elements": "str"},
            "auto_branch_config": {
                "type": "dict",
                "options": {
                    "stage": {
                        "type": "str",
                        "choices": ["PRODUCTION", "BETA", "DEVELOPMENT", "EXPERIMENTAL", "PULL_REQUEST"],
                    },
                    "framework": {"type": "str"},
                    "auto_build": {"type": "bool"},
                    "pull_request_preview": {"type": "bool"},
                    "performance_mode": {"type": "bool"},
                    "environment_variables": {"type": "dict"},
                    "build_spec": {"type": "str"},
                    "basic_auth_secret": {"type": "str", "no_log": False},
                },
            },
            "cache_type": {"type": "str", "choices": ["AMPLIFY_MANAGED", "AMPLIFY_MANAGED_NO_COOKIES"]},
            "build_compute_type": {"type": "str", "choices": ["STANDARD_8GB", "LARGE_16GB", "XLARGE_72GB"]},
        },
    )


if __name__ == "__main__":
    main()
