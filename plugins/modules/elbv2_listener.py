#!/usr/bin/python
# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: elbv2_listener
version_added: 0.1.0
short_description: Manage a listener of an Application Load Balancer
description:
  - Creates, changes and deletes a listener, its certificates, its default action and the headers it adds to responses.
  - A listener has no name; it is found by its load balancer and port.
  - See U(https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-listeners.html).
author: SDT platform engineering (@sdt)
options:
  load_balancer:
    description: Name or ARN of the load balancer. Every resource needs it, of itself or beside O(each).
    type: str
  port:
    description: The port it listens on. In O(each), the keys are ports.
    type: int
  protocol:
    description: What clients speak. A new listener has V(HTTP) where nothing is given.
    type: str
    choices: [HTTP, HTTPS]
  certificate:
    description:
      - ARN of the default certificate, or the domain name of one in AWS Certificate Manager.
      - Required for V(HTTPS); it must be issued.
    type: str
  additional_certificates:
    description:
      - ARNs or domain names of all certificates beside the default one; the client's server name (SNI) chooses among them.
      - Certificates that are not listed are removed from the listener; left out, they are left alone.
    type: list
    elements: str
  ssl_policy:
    description:
      - Name of the security policy, which says what versions and ciphers of TLS clients may use.
      - See U(https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html).
    type: str
  action:
    description:
      - What is done with a request no rule matches, exactly one of the suboptions.
      - Required when the listener is created.
  response_headers:
    description:
      - Headers added to each response, such as C(strict_transport_security) or C(x_frame_options); the names are those of
        AWS's attributes C(routing.http.response.*.header_value).
      - Headers that are not listed are removed; left out, they are left alone.
      - See U(https://docs.aws.amazon.com/elasticloadbalancing/latest/application/header-modification.html).
    type: dict
  server_header:
    description: Whether responses have the header C(Server). AWS's own default is V(true).
    type: bool
extends_documentation_fragment:
  - sdt.infra.elbv2
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - sdt.infra.resource
  - sdt.infra.resource.lock
  - sdt.infra.resource.connection
  - sdt.infra.resource.state
  - sdt.infra.resource.tags
"""

EXAMPLES = r"""
- name: Send clients to HTTPS, and answer 404 there
  sdt.infra.elbv2_listener:
    load_balancer: sdt-prod
    each:
      80:
        protocol: HTTP
        action:
          redirect: {protocol: HTTPS, port: "443"}
      443:
        protocol: HTTPS
        certificate: api.example.org
        ssl_policy: ELBSecurityPolicy-TLS13-1-2-2021-06
        action:
          fixed_response: {status_code: 404}
        response_headers:
          strict_transport_security: max-age=31536000
"""

RETURN = r"""
listener:
  description: The listener. Missing when O(each) is used; see RV(resources).
  returned: when a single listener is managed
  type: dict
  contains:
    arn:
      description: ARN of the listener.
      type: str
      sample: arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/app/sdt-prod/50dc6c495c0c9188/f2f7dc8efc522ab2
    load_balancer:
      description: ARN of the load balancer.
      type: str
    port:
      description: The port.
      type: int
    protocol:
      description: The protocol.
      type: str
      sample: HTTPS
    certificate:
      description: ARN of the default certificate.
      type: str
resources:
  description: Every managed resource by load balancer and port, such as C(sdt-prod:443), with the keys of RV(listener).
  returned: always
  type: dict
actions:
  description: What was done, or would be done in check mode; one entry for each changed resource.
  returned: always
  type: list
  elements: dict
  sample: [{"action": "create", "kind": "listener", "name": "sdt-prod:443", "fields": ["port", "protocol"]}]
"""

import typing as t

from ansible_collections.sdt.infra.plugins.module_utils._compare import State
from ansible_collections.sdt.infra.plugins.module_utils._elbv2 import (
    ACTION,
    Elbv2Resource,
    attribute_list,
    attribute_map,
    read_action,
    resolved_action,
    steadily,
    write_action,
)
from ansible_collections.sdt.infra.plugins.module_utils._errors import InfraError
from ansible_collections.sdt.infra.plugins.module_utils._loop import run
from ansible_collections.sdt.infra.plugins.module_utils._reference import resolve, resolve_all

_SERVER = "routing.http.response.server.enabled"
_BEFORE = "routing.http.response."
_AFTER = ".header_value"

# A certificate that was issued just now is not known to the load balancers at once.
_NOT_YET = ("CertificateNotFound", "UnsupportedCertificate")
_PATIENCE = 15  # seconds


class Listener(Elbv2Resource):
    kind = "listener"
    key = "listener"
    serves = True
    identity = "port"
    fields = (
        "port",
        "protocol",
        "certificate",
        "additional_certificates",
        "ssl_policy",
        "action",
        "response_headers",
        "server_header",
    )
    exact = frozenset({"response_headers"})
    computed = ("arn",)

    @property
    def name(self) -> str:
        return f"{self.options['load_balancer'].rpartition('/app/')[2].partition('/')[0]}:{self.options['port']}"

    def find(self) -> State | None:
        return steadily(self.aws, self._find)

    def _find(self) -> State | None:
        balancer = self.load_balancer()
        if balancer is None:
            return None
        missing = ("LoadBalancerNotFound",)
        every = self.aws.read("elbv2", "describe_listeners", "Listeners", missing=missing, LoadBalancerArn=balancer)
        ports = {name.rpartition(":")[2] for name in self.peers}
        ours = {one["Port"]: one for one in every or [] if str(one["Port"]) in ports}
        found = ours.get(self.options["port"])
        if found is None:
            return None
        arn = found["ListenerArn"]
        return {
            "arn": arn,
            "load_balancer": balancer,
            "port": found["Port"],
            "protocol": found["Protocol"],
            "certificate": next((one["CertificateArn"] for one in found.get("Certificates") or []), None),
            "ssl_policy": found.get("SslPolicy"),
            "action": read_action(found["DefaultActions"]),
            "tags": self.tags_among(arn, [one["ListenerArn"] for one in ours.values()]),
            **self._additional_certificates(arn),
            **self._headers(arn),
        }

    def desired(self) -> State:
        desired = super().desired()
        if "certificate" in desired:
            desired["certificate"] = resolve(self.aws, "certificate", desired["certificate"])
        if "additional_certificates" in desired:
            desired["additional_certificates"] = resolve_all(
                self.aws, "certificate", desired["additional_certificates"]
            )
        if "action" in desired:
            desired["action"] = resolved_action(self.aws, desired["action"])
        if "response_headers" in desired:
            headers = desired["response_headers"]
            desired["response_headers"] = {name: str(value) for name, value in headers.items() if value != ""}
        if "certificate" in desired and desired.get("protocol", "HTTPS") == "HTTP":
            raise InfraError(f"Listener {self.name}: a certificate needs protocol=HTTPS.")
        return desired

    def create(self, desired: State) -> None:
        protocol = desired.get("protocol", "HTTP")
        missing = [name for name in ("action", "certificate") if name not in desired]
        if protocol == "HTTP" and "certificate" in missing:
            missing.remove("certificate")
        if missing:
            raise InfraError(f"Listener {self.name} does not exist; give {' and '.join(missing)} to create it.")
        made = self.aws.write(
            "elbv2",
            "create_listener",
            retry=_NOT_YET,
            retry_seconds=_PATIENCE,
            LoadBalancerArn=resolve(self.aws, "load_balancer", self.options["load_balancer"]),
            Port=desired["port"],
            Protocol=protocol,
            **_settings(desired),
            **self.tag_list(desired),
        )["Listeners"][0]
        self._add_certificates(made["ListenerArn"], desired.get("additional_certificates", []))
        self._set_headers(made["ListenerArn"], desired, {})

    def update(self, current: State, changes: State) -> None:
        arn = current["arn"]
        have: list[str] = current.get("additional_certificates", [])
        want: list[str] = changes.get("additional_certificates", have)
        self._add_certificates(arn, [one for one in want if one not in have])
        settings = _settings(changes)
        if "protocol" in changes:
            settings["Protocol"] = changes["protocol"]
        if settings:
            self.aws.write(
                "elbv2", "modify_listener", retry=_NOT_YET, retry_seconds=_PATIENCE, ListenerArn=arn, **settings
            )
        gone = [{"CertificateArn": one} for one in have if one not in want]
        if gone:
            self.aws.write("elbv2", "remove_listener_certificates", ListenerArn=arn, Certificates=gone)
        self._set_headers(arn, changes, current.get("response_headers", {}))

    def delete(self, current: State) -> None:
        self.aws.write("elbv2", "delete_listener", missing=("ListenerNotFound",), ListenerArn=current["arn"])

    # -- what takes a request of its own, and is read only where it is asked for ---------------------------------

    def _additional_certificates(self, arn: str) -> State:
        if self.options.get("additional_certificates") is None:
            return {}
        found = self.aws.read("elbv2", "describe_listener_certificates", "Certificates", ListenerArn=arn)
        return {"additional_certificates": sorted(one["CertificateArn"] for one in found or [] if not one["IsDefault"])}

    def _add_certificates(self, arn: str, certificates: list[str]) -> None:
        if certificates:
            new = [{"CertificateArn": one} for one in certificates]
            self.aws.write(
                "elbv2",
                "add_listener_certificates",
                retry=_NOT_YET,
                retry_seconds=_PATIENCE,
                ListenerArn=arn,
                Certificates=new,
            )

    def _headers(self, arn: str) -> State:
        if self.options.get("response_headers") is None and self.options.get("server_header") is None:
            return {}
        found = attribute_map(self.aws.read("elbv2", "describe_listener_attributes", "Attributes", ListenerArn=arn))
        return {
            "server_header": found.get(_SERVER, "true") == "true",
            "response_headers": {
                key.removeprefix(_BEFORE).removesuffix(_AFTER): value
                for key, value in found.items()
                if key.startswith(_BEFORE) and key.endswith(_AFTER) and value
            },
        }

    def _set_headers(self, arn: str, wanted: State, have: dict[str, str]) -> None:
        attributes: dict[str, t.Any] = {}
        if "server_header" in wanted:
            attributes[_SERVER] = wanted["server_header"]
        if "response_headers" in wanted:
            headers = {**dict.fromkeys(have, ""), **wanted["response_headers"]}
            attributes.update({f"{_BEFORE}{name}{_AFTER}": value for name, value in headers.items()})
        if attributes:
            self.aws.write(
                "elbv2", "modify_listener_attributes", ListenerArn=arn, Attributes=attribute_list(attributes)
            )


def _settings(wanted: State) -> dict[str, t.Any]:
    """The parameters CreateListener and ModifyListener share."""
    settings: dict[str, t.Any] = {}
    if "certificate" in wanted:
        settings["Certificates"] = [{"CertificateArn": wanted["certificate"]}]
    if "ssl_policy" in wanted:
        settings["SslPolicy"] = wanted["ssl_policy"]
    if "action" in wanted:
        settings["DefaultActions"] = write_action(wanted["action"])
    return settings


def main() -> None:
    run(
        Listener,
        {
            "load_balancer": {"type": "str"},
            "port": {"type": "int"},
            "protocol": {"type": "str", "choices": ["HTTP", "HTTPS"]},
            "certificate": {"type": "str"},
            "additional_certificates": {"type": "list", "elements": "str"},
            "ssl_policy": {"type": "str"},
            "action": ACTION,
            "response_headers": {"type": "dict"},
            "server_header": {"type": "bool"},
        },
        needs=("load_balancer",),
    )


if __name__ == "__main__":
    main()
