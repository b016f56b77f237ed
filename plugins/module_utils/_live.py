# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This file is private to the collection and may change without notice.
"""A live environment, as far as its connections go: what stands in it, read once, and what its roles may do."""

from __future__ import annotations

import functools
import typing as t

from ansible_collections.sdt.infra.plugins.module_utils import _ecs, _rds
from ansible_collections.sdt.infra.plugins.module_utils._aws import Aws
from ansible_collections.sdt.infra.plugins.module_utils._compare import State
from ansible_collections.sdt.infra.plugins.module_utils._elbv2 import target_states
from ansible_collections.sdt.infra.plugins.module_utils._errors import NotFound
from ansible_collections.sdt.infra.plugins.module_utils._network import End, Network
from ansible_collections.sdt.infra.plugins.module_utils._reference import existing

_NO_ROLE = ("NoSuchEntity",)
_BLOCKS = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")


class Edge(t.NamedTuple):
    """Something that has to hold: what, why it does not, and the service it is about. The unpromised need not hold.

    AWS is asked when problems are gone through, once.
    """

    what: str
    problems: t.Iterator[str]
    service: str = ""
    promised: bool = True


class Service:
    """A service: what it is meant to be, and what it is. wanted is its entry in the option services."""

    def __init__(self, aws: Aws, name: str, wanted: State, live: State | None):
        self._aws = aws
        self.name = name
        self.wanted = wanted
        self.live: State = live or {}

    @property
    def exists(self) -> bool:
        return self.live.get("status") == "ACTIVE"

    @functools.cached_property
    def end(self) -> End:
        """Where its tasks are in the network."""
        network = self._network
        return End(self.name, tuple(network.get("securityGroups") or []), tuple(network.get("subnets") or []))

    @property
    def public_address(self) -> bool:
        return self._network.get("assignPublicIp") == "ENABLED"

    @property
    def _network(self) -> State:
        return (self.live.get("networkConfiguration") or {}).get("awsvpcConfiguration") or {}

    @functools.cached_property
    def definition(self) -> State:
        return (
            _ecs.described_definition(self._aws, self.live["taskDefinition"]).get("taskDefinition") or {}
            if self.live
            else {}
        )

    @property
    def container(self) -> State:
        found = self.definition.get("containerDefinitions") or []
        return next((one for one in found if one["name"] == self.name), {})

    @property
    def target_groups(self) -> list[str]:
        return _ecs.target_groups_of(self.live)

    def role(self, kind: str) -> str:
        """The ARN of its task or execution role."""
        return self.definition.get(f"{kind}RoleArn", "")

    def secret_of(self, variable: str) -> str:
        """What an environment variable of its container is taken from."""
        found = self.container.get("secrets") or []
        return next((one["valueFrom"] for one in found if one["name"] == variable), "")


class Live:
    """An environment: network, load balancer, services and database. wanted are the options of verify_info."""

    def __init__(self, aws: Aws, wanted: State):
        self.aws = aws
        self.wanted = wanted
        vpc = existing(aws, "vpc", wanted["vpc"])
        if vpc is None:
            raise NotFound(f"The VPC {wanted['vpc']} does not exist in {aws.region}: run site.yml first.")
        self.network = Network(aws, vpc)
        names = sorted(wanted["services"])
        found = {name: _ecs.described_service(aws, wanted["cluster"], name, names) for name in names}
        self.services = {name: Service(aws, name, wanted["services"][name], found[name]) for name in names}
        self.database: State = _rds.instance_of(aws, wanted["database"]) or {} if wanted["database"] else {}

    @functools.cached_property
    def balancer(self) -> State:
        name = self.wanted["load_balancer"]
        missing = ("LoadBalancerNotFound",)
        found = self.aws.read("elbv2", "describe_load_balancers", "LoadBalancers", missing=missing, Names=[name])
        return next(iter(found or []), {})

    @functools.cached_property
    def balancer_end(self) -> End:
        subnets = tuple(one["SubnetId"] for one in self.balancer.get("AvailabilityZones") or [])
        return End("the load balancer", tuple(self.balancer.get("SecurityGroups") or []), subnets)

    @functools.cached_property
    def listeners(self) -> dict[int, State]:
        if not self.balancer:
            return {}
        found = self.aws.read(
            "elbv2", "describe_listeners", "Listeners", LoadBalancerArn=self.balancer["LoadBalancerArn"]
        )
        return {one["Port"]: one for one in found or []}

    def rules(self, port: int) -> list[State]:
        """The rules of a listener in the order of their priority, the default one last."""
        found = self.aws.read("elbv2", "describe_rules", "Rules", ListenerArn=self.listeners[port]["ListenerArn"]) or []
        return sorted(
            found, key=lambda one: (one["IsDefault"], int(one["Priority"]) if one["Priority"].isdigit() else 0)
        )

    def targets(self, group: str) -> list[str]:
        return target_states(self.aws, group)

    @functools.cached_property
    def target_groups(self) -> dict[str, State]:
        return {
            one["TargetGroupArn"]: one for one in self.aws.read("elbv2", "describe_target_groups", "TargetGroups") or []
        }

    @functools.cached_property
    def database_end(self) -> End:
        groups = tuple(one["VpcSecurityGroupId"] for one in self.database.get("VpcSecurityGroups") or [])
        subnets = (self.database.get("DBSubnetGroup") or {}).get("Subnets") or []
        return End("the database", groups, tuple(one["SubnetIdentifier"] for one in subnets))

    def refused(self, role: str, actions: t.Sequence[str], resource: str) -> list[str]:
        """Which of these actions on the resource the policies of a role do not allow; all of them, when it is gone."""
        results = self.aws.read(
            "iam",
            "simulate_principal_policy",
            "EvaluationResults",
            missing=_NO_ROLE,
            PolicySourceArn=role,
            ActionNames=list(actions),
            ResourceArns=[resource],
        )
        return (
            list(actions)
            if results is None
            else [one["EvalActionName"] for one in results if one["EvalDecision"] != "allowed"]
        )

    def bucket(self, purpose: str, name: str | None = "") -> str:
        """The name of the bucket for a purpose, where it has none of its own."""
        return name or f"{self.wanted['prefix']}-{purpose}-{self.aws.account}"

    def bucket_exists(self, name: str) -> bool:
        missing = ("404", "NoSuchBucket", "NotFound")
        return self.aws.read("s3", "head_bucket", missing=missing, Bucket=name) is not None

    def unblocked(self, bucket: str) -> list[str]:
        """Which parts of the public access block of a bucket are off."""
        missing = ("NoSuchPublicAccessBlockConfiguration",)
        block = self.aws.read(
            "s3", "get_public_access_block", "PublicAccessBlockConfiguration", missing=missing, Bucket=bucket
        )
        return [name for name in _BLOCKS if not (block or {}).get(name)]

    def secret(self, name: str) -> State:
        """A secret as AWS describes it, {} where there is none or it is being deleted."""
        missing = ("ResourceNotFoundException",)
        found = self.aws.read("secretsmanager", "describe_secret", missing=missing, SecretId=name) if name else None
        return found if found and not found.get("DeletedDate") else {}
