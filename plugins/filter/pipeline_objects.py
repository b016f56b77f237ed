# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What pipelines need in IAM to work without keys: providers, policies, and roles with whom they trust."""

from __future__ import annotations

DOCUMENTATION = r"""
name: pipeline_objects
version_added: 0.1.0
short_description: Providers, policies and roles of pipelines
description:
  - Makes out of the roles pipelines shall have what IAM needs for them. Each role trusts the tokens of one environment
    of one repository (GitHub), or of one branch of one project (GitLab), and gets the policies the generator has
    written, rewritten for this account and environment.
  - See U(https://docs.github.com/en/actions/how-tos/secure-your-work/security-harden-deployments/oidc-in-aws) and
    U(https://docs.gitlab.com/ci/cloud_services/aws/).
author: SDT platform engineering (@sdt)
positional: providers, directory, wanted, name
options:
  _input:
    description: The roles by the last part of their name, see role P(sdt.infra.pipeline#role).
    type: dict
    required: true
  providers:
    description: Issuer and audience of each provider.
    type: dict
    required: true
  directory:
    description: Folder with the generated policies, and C(about.yml), which says what they are about.
    type: path
    required: true
  wanted:
    description: C(account), C(region), C(partition), C(project) and C(environment) they are wanted for.
    type: dict
    required: true
  name:
    description: First part of the names of roles and policies.
    type: str
    required: true
"""

EXAMPLES = r"""
- name: Show what a pipeline needs
  ansible.builtin.debug:
    msg: "{{ pipeline_roles | sdt.infra.pipeline_objects(pipeline_providers, 'docs/policies', wanted, 'sdt-prod') }}"
"""

RETURN = r"""
_value:
  description: C(providers), C(policies) and C(roles), each a map from name to options of the module that makes it.
  type: dict
"""

import json
import pathlib
import typing as t

import yaml
from ansible.errors import AnsibleFilterError
from ansible_collections.sdt.infra.plugins.module_utils._policy import packed

Policy = dict[str, t.Any]

# What ECR wants of who pushes an image. The generator watches playbooks, and this is done by something else; for the
# token ECR knows no resource.
_PUSH = (
    "BatchCheckLayerAvailability",
    "BatchGetImage",
    "CompleteLayerUpload",
    "DescribeImageScanFindings",
    "DescribeImages",
    "GetDownloadUrlForLayer",
    "InitiateLayerUpload",
    "PutImage",
    "UploadLayerPart",
)


def pipeline_objects(
    roles: t.Mapping[str, t.Mapping[str, t.Any]],
    providers: t.Mapping[str, t.Mapping[str, str]],
    directory: str,
    wanted: t.Mapping[str, str],
    name: str,
) -> dict[str, dict[str, t.Any]]:
    """Options of modules; see DOCUMENTATION."""
    made: dict[str, dict[str, t.Any]] = {"providers": {}, "policies": {}, "roles": {}}
    for last, role in roles.items():
        provider = providers[role["provider"]]
        made["providers"][provider["issuer"]] = {"client_ids": [provider["audience"]]}
        statements = [
            statement
            for right in role["rights"]
            for statement in _statements(right, role.get("service"), pathlib.Path(directory), wanted)
        ]
        named = {f"{name}-{last}-{number}": document for number, document in enumerate(packed(statements), 1)}
        made["policies"].update({policy: {"policy": document} for policy, document in named.items()})
        whose = role.get("repository") or role["project"]
        made["roles"][f"{name}-{last}"] = {
            "description": f"Assumed by pipelines of {whose} to {', '.join(role['rights'])}",
            "trust_policy": _trust(role, provider, wanted),
            "policy_names": sorted(named),
        }
    return made


def subject(role: t.Mapping[str, t.Any]) -> str:
    """The subject of the tokens a role is for, as their issuer writes it."""
    if role["provider"] == "gitlab" or "project" in role:
        return f"project_path:{role['project']}:ref_type:branch:ref:{'*' if role.get('changes') else role['branch']}"
    if role.get("changes"):
        return f"repo:{role['repository']}:pull_request"
    return f"repo:{role['repository']}:environment:{role['environment']}"


def _trust(role: t.Mapping[str, t.Any], provider: t.Mapping[str, str], wanted: t.Mapping[str, str]) -> Policy:
    issuer = provider["issuer"]
    named = {f"{issuer}:aud": provider["audience"], f"{issuer}:sub": subject(role)}
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": "sts:AssumeRoleWithWebIdentity",
                "Principal": {
                    "Federated": f"arn:{wanted['partition']}:iam::{wanted['account']}:oidc-provider/{issuer}"
                },
                # The branches of a change have any name, so all branches of that one project are meant.
                "Condition": {"StringLike" if named[f"{issuer}:sub"].endswith("*") else "StringEquals": named},
            }
        ],
    }


def _statements(
    right: str, service: str | None, directory: pathlib.Path, wanted: t.Mapping[str, str]
) -> t.Iterator[Policy]:
    if right == "push":
        yield from _push(service, wanted)
        return
    files = sorted([*directory.glob(f"{right}.json"), *directory.glob(f"{right}-*.json")])
    if not files:
        raise AnsibleFilterError(
            f"There is no policy for {right} in {directory} (pipeline_policies). Write them with make policies."
        )
    about = yaml.safe_load((directory / "about.yml").read_text(encoding="utf-8"))
    service = service if right == "deploy" else None  # the others are about all services
    for file in files:
        document = json.loads(file.read_text(encoding="utf-8"))
        yield from _rewritten(document, about, {**wanted, "service": service or about["service"]})["Statement"]


def _push(service: str | None, wanted: t.Mapping[str, str]) -> list[Policy]:
    prefix = f"{wanted['project']}-{wanted['environment']}"
    account = f"{wanted['region']}:{wanted['account']}"
    repository = f"arn:{wanted['partition']}:ecr:{account}:repository/{prefix}/{service or '*'}"
    return [
        {"Effect": "Allow", "Action": ["ecr:GetAuthorizationToken"], "Resource": ["*"]},
        {"Effect": "Allow", "Action": [f"ecr:{action}" for action in _PUSH], "Resource": [repository]},
    ]


def _rewritten(value: t.Any, about: t.Mapping[str, str], wanted: t.Mapping[str, str]) -> t.Any:
    """A document for another account, region, environment and service than the one it was written for."""
    if isinstance(value, dict):
        return {name: _rewritten(one, about, wanted) for name, one in value.items()}
    if isinstance(value, list):
        return [_rewritten(one, about, wanted) for one in value]
    if not isinstance(value, str):
        return value
    for name in ("environment", "project"):
        if value == about[name]:
            return wanted[name]
    pairs = [(about[name], wanted[name]) for name in ("account", "region", "service")]
    pairs.append((f"{about['project']}-{about['environment']}", f"{wanted['project']}-{wanted['environment']}"))
    pairs.append(("arn:aws:", f"arn:{wanted['partition']}:"))
    for before, after in pairs:
        value = value.replace(before, after)
    return value


class FilterModule:
    """The filter under its name."""

    def filters(self) -> dict[str, t.Callable]:
        return {"pipeline_objects": pipeline_objects}
