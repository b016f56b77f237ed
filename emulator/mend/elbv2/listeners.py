# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Listeners and their rules: certificates, actions and conditions as AWS completes them, priorities that clash."""

from __future__ import annotations

from typing import Any

from moto.acm.models import acm_backends
from moto.elbv2.exceptions import (
    DuplicateListenerError,
    ELBClientError,
    PriorityInUseError,
    TargetGroupNotFoundError,
    ValidationError,
)
from moto.elbv2.models import ELBv2Backend, FakeAction, FakeListener, elbv2_backends
from moto.elbv2.responses import ELBV2Response
from moto.elbv2.ssl_policies import SSL_POLICIES

from emulator.registry import RegistryError, mend

MOST_CONDITION_VALUES = 5
RESPONSE_HEADERS = (
    "access_control_allow_credentials",
    "access_control_allow_headers",
    "access_control_allow_methods",
    "access_control_allow_origin",
    "access_control_expose_headers",
    "access_control_max_age",
    "content_security_policy",
    "strict_transport_security",
    "x_content_type_options",
    "x_frame_options",
)
ATTRIBUTES = {
    "routing.http.response.server.enabled": "true",
    **{f"routing.http.response.{name}.header_value": "" for name in RESPONSE_HEADERS},
}
REQUEST_HEADERS = {
    "x_amzn_mtls_clientcert": "X-Amzn-Mtls-Clientcert",
    "x_amzn_mtls_clientcert_issuer": "X-Amzn-Mtls-Clientcert-Issuer",
    "x_amzn_mtls_clientcert_leaf": "X-Amzn-Mtls-Clientcert-Leaf",
    "x_amzn_mtls_clientcert_serial_number": "X-Amzn-Mtls-Clientcert-Serial-Number",
    "x_amzn_mtls_clientcert_subject": "X-Amzn-Mtls-Clientcert-Subject",
    "x_amzn_mtls_clientcert_validity": "X-Amzn-Mtls-Clientcert-Validity",
    "x_amzn_tls_cipher_suite": "X-Amzn-Tls-Cipher-Suite",
    "x_amzn_tls_version": "X-Amzn-Tls-Version",
}
HTTPS_ATTRIBUTES = {
    **ATTRIBUTES,
    **{f"routing.http.request.{key}.header_name": name for key, name in REQUEST_HEADERS.items()},
}
DEFAULT_POLICY = "ELBSecurityPolicy-2016-08"

# The default certificate is the first in moto's list; the others are for SNI and have a call of their own.
for shape in ("CreateListenerOutput", "DescribeListenersOutput", "ModifyListenerOutput"):
    key = f"{shape}.Listeners.Listener.Certificates"
    if key not in ELBV2Response.RESPONSE_KEY_PATH_TO_TRANSFORMER:
        raise RegistryError(f"moto no longer transforms {key}, which emulator.mend.elbv2 mends.")
    ELBV2Response.RESPONSE_KEY_PATH_TO_TRANSFORMER[key] = lambda arns: (
        [{"CertificateArn": arn} for arn in arns[:1]] or None
    )


# Actions and conditions


@mend(FakeAction)
def __init__(original, self, data):
    original(self, _completed(data.original_dict() if hasattr(data, "original_dict") else dict(data)))


def _completed(action: dict[str, Any]) -> dict[str, Any]:
    """The action with what AWS adds to it."""
    if action.get("Type") == "forward":
        config = action.get("ForwardConfig") or {}
        groups = config.get("TargetGroups") or [{"TargetGroupArn": action.get("TargetGroupArn")}]
        groups = [{"Weight": 1, **group} for group in groups]
        action["ForwardConfig"] = {
            "TargetGroups": groups,
            "TargetGroupStickinessConfig": {"Enabled": False, **(config.get("TargetGroupStickinessConfig") or {})},
        }
        if len(groups) == 1:
            action["TargetGroupArn"] = groups[0]["TargetGroupArn"]
    if action.get("Type") == "redirect":
        defaults = {
            "Protocol": "#{protocol}",
            "Host": "#{host}",
            "Port": "#{port}",
            "Path": "/#{path}",
            "Query": "#{query}",
        }
        action["RedirectConfig"] = {**defaults, **(action.get("RedirectConfig") or {})}
    return action


@mend(ELBv2Backend)
def _get_target_group_arns_from(original, self, action_data):
    arns = [group["TargetGroupArn"] for group in (action_data.get("ForwardConfig") or {}).get("TargetGroups", [])]
    return arns or original(self, action_data)


@mend(ELBv2Backend)
def _validate_actions(original, self, actions):
    original(self, actions)
    for action in actions:
        if action.type == "redirect":
            _check_redirect(action.data["RedirectConfig"])


def _check_redirect(config: dict[str, str]) -> None:
    if config.get("StatusCode") not in ("HTTP_301", "HTTP_302"):
        raise ValidationError("A redirect status code must be specified: HTTP_301 or HTTP_302")
    kept = ("#{protocol}", "#{host}", "#{port}", "/#{path}")
    if (config["Protocol"], config["Host"], config["Port"], config["Path"]) == kept and config["Query"] == "#{query}":
        raise ELBClientError(
            "InvalidLoadBalancerAction", "The redirect configuration is not valid because it creates a loop"
        )


def _conditions(conditions: list[Any]) -> list[dict[str, Any]]:
    """The conditions with their values in both places AWS returns them in."""
    whole = []
    for condition in conditions:
        one = condition.original_dict() if hasattr(condition, "original_dict") else dict(condition)
        for field, config in (("path-pattern", "PathPatternConfig"), ("host-header", "HostHeaderConfig")):
            if one.get("Field") == field:
                values = (one.get(config) or {}).get("Values") or one.get("Values") or []
                one = {**one, "Values": values, config: {"Values": values}}
        whole.append(one)
    return whole


def _check_conditions(conditions: list[dict[str, Any]]) -> None:
    if not conditions:
        raise ValidationError("A condition must be specified")
    configs = [value for one in conditions for key, value in one.items() if key.endswith("Config")]
    if sum(len(config.get("Values", [])) for config in configs) > MOST_CONDITION_VALUES:
        raise ValidationError(f"A rule can only have '{MOST_CONDITION_VALUES}' condition values")
    for field in ("path-pattern", "host-header", "http-request-method", "source-ip"):
        if sum(one.get("Field") == field for one in conditions) > 1:
            raise ValidationError(f"A rule can only have one '{field}' condition")


def _check_groups(backend: ELBv2Backend, balancer_arn: str, actions: list[Any]) -> None:
    """A target group serves one load balancer, in its own VPC."""
    for action in actions:
        data = _completed(action.original_dict() if hasattr(action, "original_dict") else dict(action))
        for arn in backend._get_target_group_arns_from(data) if data.get("Type") == "forward" else []:
            group = backend.target_groups.get(arn)
            if group is None:
                raise TargetGroupNotFoundError
            if set(group.load_balancer_arns) - {balancer_arn}:
                raise ELBClientError(
                    "TargetGroupAssociationLimit",
                    f"The following target groups cannot be associated with more than one load balancer: {arn}",
                )
            balancer = backend.load_balancers.get(balancer_arn)
            if balancer is not None and group.target_type != "lambda" and group.vpc_id != balancer.vpc_id:
                raise ValidationError(
                    f"The load balancer '{balancer_arn}' and the target group '{arn}' are not in the same VPC"
                )


# Listeners


@mend(ELBV2Response)
def create_listener(original, self):
    if len(self._get_param("Certificates", [])) > 1:
        raise ValidationError("Up to '1' certificate can be specified")
    return original(self)


@mend(ELBv2Backend, "create_listener")
def new_listener(
    original, self, load_balancer_arn, protocol, port, ssl_policy, certificate, actions, alpn_policy=None, tags=None
):
    balancer = self.load_balancers.get(load_balancer_arn)
    if balancer and any(str(listener.port) == str(port) for listener in balancer.listeners.values()):
        raise DuplicateListenerError
    _check_tls(self, protocol, certificate, ssl_policy)
    _check_groups(self, load_balancer_arn, actions)
    listener = original(
        self, load_balancer_arn, protocol, port, ssl_policy, certificate, actions, alpn_policy=alpn_policy, tags=tags
    )
    if protocol in ("HTTP", "HTTPS"):
        listener.attributes = dict(HTTPS_ATTRIBUTES if protocol == "HTTPS" else ATTRIBUTES)
    if protocol == "HTTP":
        listener.ssl_policy = None
    return listener


def _check_tls(backend: ELBv2Backend, protocol: str, certificate: str | None, policy: str | None) -> None:
    if protocol == "HTTP" and certificate:
        raise ValidationError("Certificates cannot be specified for HTTP listeners")
    if protocol != "HTTPS":
        return
    if not certificate:
        raise ValidationError("A certificate must be specified for HTTPS listeners")
    _check_policies([policy] if policy else [])
    _check_certificate(backend, certificate)


def _check_policies(names: list[str]) -> None:
    for name in names:
        if name not in SSL_POLICIES:
            raise ELBClientError("SSLPolicyNotFound", f"SSL policy '{name}' not found")


@mend(ELBV2Response)
def describe_ssl_policies(original, self):
    _check_policies(self._get_param("Names", []))
    return original(self)


def _check_certificate(backend: ELBv2Backend, arn: str) -> None:
    if not backend._certificate_exists(certificate_arn=arn):
        raise ELBClientError("CertificateNotFound", f"Certificate '{arn}' not found")
    issued = acm_backends[backend.account_id][backend.region_name]._certificates.get(arn)
    if issued is not None and issued.status != "ISSUED":
        raise ELBClientError(
            "UnsupportedCertificate",
            f"The certificate '{arn}' must have a fully-qualified domain name, a supported signature, "
            "and a supported key size.",
        )


@mend(ELBv2Backend)
def modify_listener(original, self, arn, port=None, protocol=None, ssl_policy=None, certificates=None, actions=None):
    listener = self.describe_listeners(load_balancer_arn=None, listener_arns=[arn])[0]
    balancer = self.load_balancers[listener.load_balancer_arn]
    if any(other is not listener and str(other.port) == str(port) for other in balancer.listeners.values()):
        raise DuplicateListenerError
    wanted = (certificates or [{}])[0].get("CertificateArn") or (listener.certificates or [None])[0]
    becomes = protocol or listener.protocol
    _check_tls(self, becomes, wanted if becomes == "HTTPS" or certificates else None, ssl_policy)
    _check_groups(self, listener.load_balancer_arn, actions or [])
    self._validate_actions([FakeAction(action) for action in actions or []])
    sni = listener.certificates[1:]
    original(self, arn, port, protocol, ssl_policy, certificates or [], actions or [])
    if becomes == "HTTPS":
        listener.certificates = [wanted, *sni]
        listener.ssl_policy = ssl_policy or listener.ssl_policy or DEFAULT_POLICY
        listener.attributes = {**HTTPS_ATTRIBUTES, **listener.attributes}
    else:
        listener.certificates, listener.certificate, listener.ssl_policy = [], None, None
    return listener


@mend(ELBv2Backend)
def add_listener_certificates(original, self, arn, certificates):
    listener = self.describe_listeners(load_balancer_arn=None, listener_arns=[arn])[0]
    if listener.protocol != "HTTPS":
        raise ValidationError("Certificates can only be added to HTTPS listeners")
    for certificate in certificates:
        _check_certificate(self, certificate["CertificateArn"])
    new = [one for one in certificates if one["CertificateArn"] not in listener.certificates[1:]]
    return original(self, arn, new)[1:]


@mend(ELBv2Backend)
def remove_listener_certificates(original, self, arn, certificates):
    listener = self.describe_listeners(load_balancer_arn=None, listener_arns=[arn])[0]
    gone = [one["CertificateArn"] for one in certificates]
    # The default certificate can be changed, never removed.
    listener.certificates = [*listener.certificates[:1], *(one for one in listener.certificates[1:] if one not in gone)]


@mend(ELBv2Backend)
def modify_listener_attributes(original, self, listener_arn, attrs):
    listener = self.describe_listeners(load_balancer_arn=None, listener_arns=[listener_arn])[0]
    for attribute in attrs:
        if attribute["Key"] not in listener.attributes:
            raise ValidationError(f"Listener attribute key '{attribute['Key']}' is not recognized")
    return original(self, listener_arn, attrs)


def certificate_users(account_id: str, region: str, arn: str) -> list[str]:
    """The load balancers with a listener that serves the certificate, as ACM lists them."""
    return [
        balancer.arn
        for balancer in elbv2_backends[account_id][region].load_balancers.values()
        if any(arn in listener.certificates for listener in balancer.listeners.values())
    ]


# Rules


@mend(ELBv2Backend)
def create_rule(original, self, listener_arn, conditions, priority, actions, tags=None):
    whole = _conditions(conditions)
    _check_conditions(whole)
    _check_groups(self, _listener(self, listener_arn).load_balancer_arn, actions)
    # The original refuses values that stand in both places.
    rule = original(self, listener_arn, conditions, priority, actions, tags)
    rule.conditions = whole
    return rule


def _listener(backend: ELBv2Backend, arn: str) -> FakeListener:
    return backend.describe_listeners(load_balancer_arn=None, listener_arns=[arn])[0]


@mend(ELBv2Backend)
def modify_rule(original, self, rule_arn, conditions, actions):
    whole = _conditions(conditions)
    if whole:
        _check_conditions(whole)
    for current in self.describe_rules(listener_arn=None, rule_arns=[rule_arn]):
        if current.is_default:
            raise ELBClientError("OperationNotPermitted", f"Default rule '{rule_arn}' cannot be modified")
        _check_groups(self, _listener(self, current.listener_arn).load_balancer_arn, actions)
    rule = original(self, rule_arn, conditions, actions)
    if whole:
        rule.conditions = whole
    return rule


@mend(ELBv2Backend)
def delete_rule(original, self, arn):
    rules = [
        rule
        for balancer in self.load_balancers.values()
        for listener in balancer.listeners.values()
        for rule in listener.rules.values()
    ]
    if any(rule.arn == arn and rule.is_default for rule in rules):
        raise ELBClientError("OperationNotPermitted", f"Default rule '{arn}' cannot be deleted")
    original(self, arn)


@mend(ELBv2Backend)
def set_rule_priorities(original, self, rule_priorities):
    """Rules of one request may trade places; the original only sees that a place is taken."""
    rules = {rule.arn: rule for rule in self.describe_rules(None, [one["RuleArn"] for one in rule_priorities])}
    wanted = {one["RuleArn"]: one["Priority"] for one in rule_priorities}
    for rule in rules.values():
        others = _listener(self, rule.listener_arn).rules.values()
        if any(other.priority in wanted.values() and other.arn not in rules for other in others):
            raise PriorityInUseError
    before = {arn: rule.priority for arn, rule in rules.items()}
    for rule in rules.values():
        rule.priority = None
    try:
        return original(self, rule_priorities)
    except ELBClientError:
        for arn, rule in rules.items():
            rule.priority = before[arn]
        raise
