#!/usr/bin/python
# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: elbv2_load_balancer
version_added: 0.1.0
short_description: Manage an Application Load Balancer
description:
  - Creates, changes and deletes an Application Load Balancer, its subnets, security groups and attributes.
  - Listeners, rules and target groups have modules of their own.
  - See U(https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html).
author: SDT platform engineering (@sdt)
options:
  name:
    description:
      - Name of the load balancer, unique in the region.
      - At most 32 letters, digits and hyphens; it must not begin with C(internal-).
    type: str
  scheme:
    description:
      - Whether clients reach it from the internet or from within the VPC only. AWS cannot change it later.
      - A new load balancer is V(internet-facing) where nothing is given.
    type: str
    choices: [internet-facing, internal]
  subnets:
    description:
      - Names or ids of its subnets, in at least two availability zones, one each.
      - Required when the load balancer is created. Each needs eight free addresses.
    type: list
    elements: str
  security_groups:
    description:
      - Names or ids of its security groups.
      - Left out, a new load balancer gets the default group of the VPC.
    type: list
    elements: str
  ip_address_type:
    description: Which addresses it has; V(dualstack) needs subnets with IPv6 networks.
    type: str
    choices: [ipv4, dualstack, dualstack-without-public-ipv4]
  idle_timeout:
    description:
      - Seconds a connection may be idle, 1 to 4000. AWS's own default is 60.
      - The keep-alive time of the targets should be longer, or clients see errors 502.
    type: int
  client_keep_alive:
    description: Seconds a client may keep a connection at all, 60 to 604800. AWS's own default is 3600.
    type: int
  deletion_protection:
    description:
      - Whether AWS refuses to delete it. AWS's own default is V(false).
      - It has to be lifted in a task of its own before O(state=absent) is accepted.
    type: bool
  drop_invalid_headers:
    description: Whether request headers with invalid names are removed. AWS's own default is V(false).
    type: bool
  http2:
    description: Whether clients may use HTTP/2. AWS's own default is V(true).
    type: bool
  desync_mitigation_mode:
    description: How strictly requests are refused that could smuggle another one. AWS's own default is V(defensive).
    type: str
    choices: [monitor, defensive, strictest]
  preserve_host_header:
    description: Whether targets get the C(Host) header as the client sent it. AWS's own default is V(false).
    type: bool
  xff_header_processing:
    description: What happens to the C(X-Forwarded-For) header. AWS's own default is V(append).
    type: str
    choices: [append, preserve, remove]
  xff_client_port:
    description: Whether C(X-Forwarded-For) has the port of the client too. AWS's own default is V(false).
    type: bool
  tls_headers:
    description: Whether targets get the TLS version and cipher in C(x-amzn-tls-*) headers. AWS's own default is V(false).
    type: bool
  waf_fail_open:
    description: Whether requests pass while AWS WAF cannot be asked. AWS's own default is V(false).
    type: bool
  zonal_shift:
    description: Whether a zone can be taken out with Amazon Application Recovery Controller. AWS's own default is V(false).
    type: bool
  access_logs:
    description:
      - Logs of all requests, in a bucket of the same region.
      - The bucket must exist, be encrypted with S3's own keys, and have a policy that lets the log delivery write. See
        U(https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html).
    type: dict
    suboptions: &logs
      enabled:
        description: Whether logs are written.
        type: bool
        default: true
      bucket:
        description: Name of the bucket; required to enable logs.
        type: str
      prefix:
        description: Folder in the bucket, without slashes around it.
        type: str
        default: ""
  connection_logs:
    description: Logs of the connections and their TLS handshakes, in the same manner as O(access_logs).
    type: dict
    suboptions: *logs
  health_check_logs:
    description: Logs of the health checks of targets, in the same manner as O(access_logs).
    type: dict
    suboptions: *logs
  wait_timeout:
    description: Seconds to wait until it is active, or until its network interfaces are gone after deletion.
    type: int
    default: 600
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - sdt.infra.resource
  - sdt.infra.resource.lock
  - sdt.infra.resource.connection
  - sdt.infra.resource.state
  - sdt.infra.resource.tags
  - sdt.infra.resource.wait
"""

EXAMPLES = r"""
- name: Create the load balancer of production
  sdt.infra.elbv2_load_balancer:
    name: sdt-prod
    scheme: internet-facing
    subnets: [sdt-prod-public-1, sdt-prod-public-2]
    security_groups: [sdt-prod-alb]
    drop_invalid_headers: true
    deletion_protection: true
    access_logs:
      bucket: sdt-prod-app-logs-123456789012
      prefix: alb
    tags:
      Environment: prod

- name: Lift the protection
  sdt.infra.elbv2_load_balancer:
    name: sdt-prod
    deletion_protection: false

- name: Remove it, and wait until its subnets and groups can be removed
  sdt.infra.elbv2_load_balancer:
    name: sdt-prod
    state: absent
"""

RETURN = r"""
load_balancer:
  description: The load balancer. Missing when O(each) is used; see RV(resources).
  returned: when a single load balancer is managed
  type: dict
  contains:
    arn:
      description: ARN of the load balancer.
      type: str
      sample: arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/sdt-prod/50dc6c495c0c9188
    arn_suffix:
      description: The part of the ARN that is the dimension LoadBalancer of CloudWatch metrics.
      type: str
      sample: app/sdt-prod/50dc6c495c0c9188
    name:
      description: Name of the load balancer.
      type: str
    dns_name:
      description: The DNS name AWS gave it.
      type: str
      sample: sdt-prod-1234567890.us-east-1.elb.amazonaws.com
    hosted_zone_id:
      description: Hosted zone of RV(load_balancer.dns_name), for alias records.
      type: str
      sample: Z35SXDOTRQ7X7K
    vpc_id:
      description: The VPC it is in.
      type: str
    status:
      description: State AWS reports, V(active) when it serves.
      type: str
      sample: active
resources:
  description: Every managed resource by its name, with the keys of RV(load_balancer).
  returned: always
  type: dict
actions:
  description: What was done, or would be done in check mode; one entry for each changed resource.
  returned: always
  type: list
  elements: dict
  sample: [{"action": "create", "kind": "load_balancer", "name": "sdt-prod", "fields": ["scheme", "subnets"]}]
"""

from ansible_collections.sdt.infra.plugins.module_utils._compare import State
from ansible_collections.sdt.infra.plugins.module_utils._ec2 import describe
from ansible_collections.sdt.infra.plugins.module_utils._elbv2 import (
    Elbv2Resource,
    attribute_list,
    attribute_map,
    from_text,
)
from ansible_collections.sdt.infra.plugins.module_utils._errors import InfraError
from ansible_collections.sdt.infra.plugins.module_utils._loop import run
from ansible_collections.sdt.infra.plugins.module_utils._reference import resolve_all

# option -> key of the attribute
_ATTRIBUTES = {
    "idle_timeout": "idle_timeout.timeout_seconds",
    "client_keep_alive": "client_keep_alive.seconds",
    "deletion_protection": "deletion_protection.enabled",
    "drop_invalid_headers": "routing.http.drop_invalid_header_fields.enabled",
    "http2": "routing.http2.enabled",
    "desync_mitigation_mode": "routing.http.desync_mitigation_mode",
    "preserve_host_header": "routing.http.preserve_host_header.enabled",
    "xff_header_processing": "routing.http.xff_header_processing.mode",
    "xff_client_port": "routing.http.xff_client_port.enabled",
    "tls_headers": "routing.http.x_amzn_tls_version_and_cipher_suite.enabled",
    "waf_fail_open": "waf.fail_open.enabled",
    "zonal_shift": "zonal_shift.config.enabled",
}
_LOGS = ("access_logs", "connection_logs", "health_check_logs")

# A bucket policy that was written just before is not known everywhere yet.
_NOT_YET = ("Access Denied for bucket",)
_PATIENCE = 20  # seconds


class LoadBalancer(Elbv2Resource):
    kind = "load balancer"
    key = "load_balancer"
    serves = True
    fields = ("scheme", "subnets", "security_groups", "ip_address_type", *_ATTRIBUTES, *_LOGS)
    create_only = frozenset({"scheme"})
    computed = ("arn", "arn_suffix", "dns_name", "hosted_zone_id")

    _deleted = ""  # the name of the network interfaces we wait for

    def find(self) -> State | None:
        every = self.aws.read("elbv2", "describe_load_balancers", "LoadBalancers") or []
        ours = {one["LoadBalancerName"]: one for one in every if one["LoadBalancerName"] in self.peers}
        found = ours.get(self.name)
        if found is None:
            return None
        arn = found["LoadBalancerArn"]
        missing = ("LoadBalancerNotFound",)
        answer = self.aws.read(
            "elbv2", "describe_load_balancer_attributes", "Attributes", missing=missing, LoadBalancerArn=arn
        )
        attributes = attribute_map(answer)
        return {
            "arn": arn,
            "arn_suffix": _suffix(arn),
            "name": self.name,
            "dns_name": found["DNSName"],
            "hosted_zone_id": found["CanonicalHostedZoneId"],
            "vpc_id": found["VpcId"],
            "status": found["State"]["Code"],
            "reason": found["State"].get("Reason", ""),
            "scheme": found["Scheme"],
            "subnets": sorted(zone["SubnetId"] for zone in found["AvailabilityZones"]),
            "security_groups": sorted(found.get("SecurityGroups", [])),
            "ip_address_type": found["IpAddressType"],
            "tags": self.tags_among(arn, [one["LoadBalancerArn"] for one in ours.values()]),
            **{option: from_text(attributes.get(key)) for option, key in _ATTRIBUTES.items()},
            **{kind: _logs(attributes, kind) for kind in _LOGS},
        }

    def desired(self) -> State:
        desired = super().desired()
        for option, kind in (("subnets", "subnet"), ("security_groups", "security_group")):
            if option in desired:
                desired[option] = resolve_all(self.aws, kind, desired[option])
        for kind in _LOGS:
            logs = desired.get(kind)
            if logs and logs["enabled"] and not logs.get("bucket"):
                raise InfraError(f"Load balancer {self.name}: {kind} needs a bucket.")
        return desired

    def create(self, desired: State) -> None:
        if "subnets" not in desired:
            raise InfraError(f"Load balancer {self.name} does not exist; give subnets to create it.")
        groups = {"SecurityGroups": desired["security_groups"]} if desired.get("security_groups") else {}
        made = self.aws.write(
            "elbv2",
            "create_load_balancer",
            Name=self.name,
            Type="application",
            Scheme=desired.get("scheme", "internet-facing"),
            IpAddressType=desired.get("ip_address_type", "ipv4"),
            Subnets=desired["subnets"],
            **groups,
            **self.tag_list(desired),
        )["LoadBalancers"][0]
        self._set_attributes(made["LoadBalancerArn"], desired)

    def update(self, current: State, changes: State) -> None:
        arn = current["arn"]
        if "subnets" in changes:
            self.aws.write("elbv2", "set_subnets", LoadBalancerArn=arn, Subnets=changes["subnets"])
        if "ip_address_type" in changes:
            self.aws.write(
                "elbv2", "set_ip_address_type", LoadBalancerArn=arn, IpAddressType=changes["ip_address_type"]
            )
        if "security_groups" in changes:
            self.aws.write(
                "elbv2", "set_security_groups", LoadBalancerArn=arn, SecurityGroups=changes["security_groups"]
            )
        self._set_attributes(arn, changes)

    def check_delete(self, current: State) -> None:
        if current["deletion_protection"]:
            raise InfraError(
                f"Load balancer {self.name} is protected against deletion: set deletion_protection to false with "
                "state=present first, then remove it."
            )

    def delete(self, current: State) -> None:
        self.aws.write(
            "elbv2", "delete_load_balancer", missing=("LoadBalancerNotFound",), LoadBalancerArn=current["arn"]
        )
        self._deleted = f"ELB {current['arn_suffix']}"

    def gone(self, state: State | None) -> bool:
        """Its network interfaces keep subnets and security groups from being deleted for some minutes."""
        if state is not None or not self._deleted:
            return state is None
        return not describe(self.aws, "describe_network_interfaces", "NetworkInterfaces", description=self._deleted)

    def ready(self, state: State) -> bool:
        if state["status"] == "failed":
            raise InfraError(
                f"AWS could not provision load balancer {self.name}: {state['reason'] or 'no reason given'}."
            )
        return state["status"] in ("active", "active_impaired")

    def warnings(self, state: State) -> list[str]:
        if state.get("status") == "active_impaired":
            return [f"Load balancer {self.name} serves but cannot scale: {state['reason'] or 'no reason given'}."]
        return []

    def _set_attributes(self, arn: str, wanted: State) -> None:
        attributes = {key: wanted[option] for option, key in _ATTRIBUTES.items() if option in wanted}
        for kind in _LOGS:
            attributes.update({f"{kind}.s3.{name}": value for name, value in wanted.get(kind, {}).items()})
        if attributes:
            self.aws.write(
                "elbv2",
                "modify_load_balancer_attributes",
                retry=_NOT_YET,
                retry_seconds=_PATIENCE,
                LoadBalancerArn=arn,
                Attributes=attribute_list(attributes),
            )


def _suffix(arn: str) -> str:
    return arn.rpartition(":loadbalancer/")[2]


def _logs(attributes: dict[str, str], kind: str) -> State:
    return {
        "enabled": attributes.get(f"{kind}.s3.enabled") == "true",
        "bucket": attributes.get(f"{kind}.s3.bucket", ""),
        "prefix": attributes.get(f"{kind}.s3.prefix", ""),
    }


_LOG_OPTION = {
    "type": "dict",
    "options": {
        "enabled": {"type": "bool", "default": True},
        "bucket": {"type": "str"},
        "prefix": {"type": "str", "default": ""},
    },
}


def main() -> None:
    run(
        LoadBalancer,
        {
            "name": {"type": "str"},
            "scheme": {"type": "str", "choices": ["internet-facing", "internal"]},
            "subnets": {"type": "list", "elements": "str"},
            "security_groups": {"type": "list", "elements": "str"},
            "ip_address_type": {"type": "str", "choices": ["ipv4", "dualstack", "dualstack-without-public-ipv4"]},
            "idle_timeout": {"type": "int"},
            "client_keep_alive": {"type": "int"},
            "deletion_protection": {"type": "bool"},
            "drop_invalid_headers": {"type": "bool"},
            "http2": {"type": "bool"},
            "desync_mitigation_mode": {"type": "str", "choices": ["monitor", "defensive", "strictest"]},
            "preserve_host_header": {"type": "bool"},
            "xff_header_processing": {"type": "str", "choices": ["append", "preserve", "remove"]},
            "xff_client_port": {"type": "bool"},
            "tls_headers": {"type": "bool"},
            "waf_fail_open": {"type": "bool"},
            "zonal_shift": {"type": "bool"},
            "access_logs": _LOG_OPTION,
            "connection_logs": _LOG_OPTION,
            "health_check_logs": _LOG_OPTION,
        },
        waits=True,
        wait_timeout=600,
    )


if __name__ == "__main__":
    main()
