# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Roles of pipelines: whom they trust, and that their policies are those of the generator, for another environment."""

from __future__ import annotations

import json
import pathlib
import sys
import typing as t

import pytest
import yaml

ROOT = pathlib.Path(__file__).parents[2]
sys.path.append(str(ROOT / "tools"))

import policy_rules
from ansible.errors import AnsibleFilterError
from ansible_collections.sdt.infra.plugins.filter.pipeline_objects import pipeline_objects
from ansible_collections.sdt.infra.plugins.module_utils import _policy

POLICIES = ROOT / "docs" / "policies"
PROVIDERS = yaml.safe_load((ROOT / "roles" / "pipeline" / "defaults" / "main.yml").read_text())["pipeline_providers"]
WANTED = {
    "account": "210987654321",
    "region": "eu-central-1",
    "partition": "aws",
    "project": "sdt",
    "environment": "staging",
}
ROLES = {
    "auth": {
        "provider": "github",
        "repository": "example/auth-service",
        "environment": "staging",
        "rights": ["push", "deploy"],
        "service": "auth-service",
    },
    "plan": {"provider": "github", "repository": "example/infra", "changes": True, "rights": ["plan"]},
    "converge": {"provider": "gitlab", "project": "group/infra", "branch": "main", "rights": ["converge", "destroy"]},
    "look": {"provider": "gitlab", "project": "group/infra", "changes": True, "rights": ["plan"]},
}


@pytest.fixture(scope="module")
def made() -> dict[str, t.Any]:
    return pipeline_objects(ROLES, PROVIDERS, str(POLICIES), WANTED, "sdt-staging-pipeline")


@pytest.mark.parametrize(
    ("role", "operator", "issuer", "subject"),
    [
        (
            "auth",
            "StringEquals",
            "token.actions.githubusercontent.com",
            "repo:example/auth-service:environment:staging",
        ),
        ("plan", "StringEquals", "token.actions.githubusercontent.com", "repo:example/infra:pull_request"),
        ("converge", "StringEquals", "gitlab.com", "project_path:group/infra:ref_type:branch:ref:main"),
        ("look", "StringLike", "gitlab.com", "project_path:group/infra:ref_type:branch:ref:*"),
    ],
)
def test_a_role_trusts_one_subject(made: dict[str, t.Any], role: str, operator: str, issuer: str, subject: str) -> None:
    (statement,) = made["roles"][f"sdt-staging-pipeline-{role}"]["trust_policy"]["Statement"]
    assert statement["Principal"] == {"Federated": f"arn:aws:iam::210987654321:oidc-provider/{issuer}"}
    assert statement["Condition"] == {
        operator: {f"{issuer}:aud": PROVIDERS[ROLES[role]["provider"]]["audience"], f"{issuer}:sub": subject}
    }


def test_policies_are_about_this_environment_and_no_other(made: dict[str, t.Any]) -> None:
    text = json.dumps(made["policies"])
    for other in ("123456789012", "us-east-1:", "sdt-prod", '"prod"'):
        assert other not in text
    of_auth = [json.dumps(one) for name, one in made["policies"].items() if "-auth-" in name]
    assert any(":repository/sdt-staging/auth-service" in one for one in of_auth)
    assert not any(":repository/sdt-staging/content-service" in one for one in of_auth)


def test_nothing_is_lost_or_added_on_the_way(made: dict[str, t.Any]) -> None:
    """The actions of a role are those of the generator's documents."""
    names = made["roles"]["sdt-staging-pipeline-converge"]["policy_names"]
    given = {
        one
        for name in names
        for statement in made["policies"][name]["policy"]["Statement"]
        for one in statement["Action"]
    }
    files = [*POLICIES.glob("converge-*.json"), *POLICIES.glob("destroy-*.json")]
    assert given == {
        one for file in files for statement in json.loads(file.read_text())["Statement"] for one in statement["Action"]
    }
    assert len(names) <= 10, "as many as a role may have"


def test_each_policy_is_one_iam_takes(made: dict[str, t.Any]) -> None:
    documents = [one["policy"] for one in made["policies"].values()]
    assert all(_policy.size(one) <= _policy.LONGEST for one in documents)
    assert [one for document in documents for one in policy_rules.problems(document)] == []


def test_a_statement_that_is_too_large_is_halved() -> None:
    resources = [f"arn:aws:s3:::a-bucket-with-a-long-name-{number:04}/*" for number in range(300)]
    documents = _policy.packed([{"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": resources}])
    assert all(_policy.size(one) <= _policy.LONGEST for one in documents)
    assert sorted(one for document in documents for s in document["Statement"] for one in s["Resource"]) == resources


def test_a_right_without_a_policy_says_how_to_get_one(tmp_path: pathlib.Path) -> None:
    with pytest.raises(AnsibleFilterError, match="make policies"):
        pipeline_objects({"plan": ROLES["plan"]}, PROVIDERS, str(tmp_path), WANTED, "x")
