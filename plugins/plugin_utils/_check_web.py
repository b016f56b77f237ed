# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This file is private to the collection and may change without notice.
"""Rules about what browsers meet: load balancer, certificates, domain and frontend.

https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html
https://docs.aws.amazon.com/amplify/latest/userguide/custom-domains.html
"""

from __future__ import annotations

import re
import typing as t

from ansible_collections.sdt.infra.plugins.plugin_utils._inventory import Host, Inventory, Problem, rule

_BALANCER = re.compile(r"^(?!internal-)[A-Za-z0-9](?:[A-Za-z0-9-]{0,30}[A-Za-z0-9])?$")
_DOMAIN = re.compile(r"^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$")
_CERTIFICATE = re.compile(r"^arn:aws[\w-]*:acm:([a-z0-9-]+):\d{12}:certificate/[\w-]+$")
_ZONE_ID = re.compile(r"^Z[A-Z0-9]{10,32}$")
_REPOSITORY = re.compile(r"^https?://[^\s/@]+/\S+$")
_AMPLIFY_REGION = "us-east-1"  # where certificates of a CDN have to be
_RANGES = {
    "alb_idle_timeout": (1, 4000),
    "alb_client_keep_alive": (60, 604800),
}
_SERVICE_RANGES = {
    "alb_service_health_interval": (5, 300),
    "alb_service_health_timeout": (2, 120),
    "alb_service_healthy_threshold": (2, 10),
    "alb_service_unhealthy_threshold": (2, 10),
    "alb_service_deregistration_delay": (0, 3600),
}


@rule
def load_balancer_has_a_name(inventory: Inventory) -> t.Iterator[Problem]:
    host = inventory.load_balancer
    if not _BALANCER.match(host["alb_name"]):
        yield host.problem(
            "alb_name",
            f"{host['alb_name']!r} ({len(host['alb_name'])} characters) is no name for a load balancer: letters, "
            "digits and hyphens, "
            "32 at most, not beginning with internal-. Give a shorter one.",
        )


@rule
def load_balancer_is_in_two_subnets(inventory: Inventory) -> t.Iterator[Problem]:
    host = inventory.load_balancer
    if len(set(host["alb_subnets"])) < 2:
        yield host.problem("alb_subnets", "a load balancer needs subnets in two zones at least.")


@rule
def times_of_the_load_balancer_are_possible(inventory: Inventory) -> t.Iterator[Problem]:
    if inventory.load_balancer:
        yield from _within(inventory.load_balancer, _RANGES)
    for service in inventory.services:
        yield from _within(service, _SERVICE_RANGES)


@rule
def health_is_answered_before_it_is_asked_again(inventory: Inventory) -> t.Iterator[Problem]:
    for service in inventory.services:
        if service.number("alb_service_health_timeout") >= service.number("alb_service_health_interval"):
            yield service.problem(
                "alb_service_health_timeout",
                f"{service['alb_service_health_timeout']} seconds are not less than alb_service_health_interval, "
                f"{service['alb_service_health_interval']}.",
            )


@rule
def slow_start_goes_round(inventory: Inventory) -> t.Iterator[Problem]:
    for service in inventory.services:
        seconds = service.number("alb_service_slow_start")
        if seconds and not 30 <= seconds <= 900:
            yield service.problem("alb_service_slow_start", f"{seconds} seconds; 30 to 900, or 0 for none.")
        elif seconds and service["alb_service_algorithm"] != "round_robin":
            yield service.problem("alb_service_slow_start", "needs alb_service_algorithm round_robin.")


@rule
def domain_is_one(inventory: Inventory) -> t.Iterator[Problem]:
    domain = str(inventory.any.get("platform_domain") or "")
    if domain and not _DOMAIN.match(domain):
        yield inventory.any.problem("platform_domain", f"{domain!r} is no domain name, such as prod.example.com.")


@rule
def domain_is_in_its_zone(inventory: Inventory) -> t.Iterator[Problem]:
    for host, domain, zone in (
        (inventory.load_balancer, "alb_domain", "alb_hosted_zone"),
        (inventory.frontend, "amplify_domain", "amplify_hosted_zone"),
    ):
        if not host[domain] or not host[zone] or _ZONE_ID.match(host[zone]):
            continue
        name = host[zone].rstrip(".")
        if host[domain] != name and not host[domain].endswith(f".{name}"):
            yield host.problem(
                "platform_hosted_zone",
                f"{domain} {host[domain]} is not in the zone {name}: no record can be made there.",
            )


@rule
def certificate_is_where_it_is_used(inventory: Inventory) -> t.Iterator[Problem]:
    for host, variable, region in (
        (inventory.load_balancer, "alb_certificate_arn", inventory.any["platform_region"]),
        (inventory.frontend, "amplify_certificate_arn", _AMPLIFY_REGION),
    ):
        if not host[variable]:
            continue
        found = _CERTIFICATE.match(host[variable])
        if not found:
            yield host.problem(variable, f"{host[variable]!r} is no ARN of a certificate in ACM.")
        elif found[1] != region:
            yield host.problem(variable, f"the certificate is in {found[1]} and has to be in {region}.")


@rule
def pages_call_nothing_unencrypted(inventory: Inventory) -> t.Iterator[Problem]:
    host = inventory.frontend
    if str(host["amplify_api_base_url"]).startswith("http:"):
        yield host.problem(
            "amplify_api_base_url",
            f"browsers block {host['amplify_api_base_url']}: pages of Amplify are HTTPS and may not call plain "
            "HTTP. Use https://, or a "
            "path such as /api that Amplify passes on.",
        )
    for source in host["amplify_connect_sources"]:
        if str(source).startswith("http:"):
            yield host.problem(
                "amplify_connect_sources", f"browsers block {source}: pages are HTTPS and may not call plain HTTP."
            )


@rule
def own_address_is_passed_on(inventory: Inventory) -> t.Iterator[Problem]:
    host = inventory.frontend
    if str(host["amplify_api_base_url"]).startswith("/") and not host["amplify_api_target"]:
        yield host.problem(
            "amplify_api_target",
            f"the app calls {host['amplify_api_base_url']} at its own address, and nothing passes that on to the "
            "load balancer.",
        )


@rule
def rewrites_come_before_the_page(inventory: Inventory) -> t.Iterator[Problem]:
    host = inventory.frontend
    for one in host["amplify_custom_rules"]:
        if isinstance(one, dict) and one.get("source") in ("/<*>", "</^.*$/>") and not one.get("condition"):
            yield host.problem(
                "amplify_custom_rules",
                f"{one['source']} takes every request: no rule after it, and not the app, is reached.",
            )


@rule
def repository_is_an_address(inventory: Inventory) -> t.Iterator[Problem]:
    host = inventory.frontend
    address = str(host["amplify_repository"])
    if address and not _REPOSITORY.match(address):
        said = "it holds credentials" if "@" in address else f"{address!r} is no address"
        yield host.problem(
            "amplify_repository",
            f"{said}; give one like https://github.com/owner/name, and the token in the secret "
            "amplify_access_token_secret.",
        )


@rule
def published_branches_exist(inventory: Inventory) -> t.Iterator[Problem]:
    host = inventory.frontend
    if not host["amplify_domain"]:
        return
    for prefix, branch in host["amplify_subdomains"].items():
        if branch not in host["amplify_branches"]:
            yield host.problem(
                "amplify_subdomains",
                f"{prefix or 'the domain itself'!r} shows the branch {branch}, which is not among amplify_branches.",
            )


@rule
def there_is_a_branch(inventory: Inventory) -> t.Iterator[Problem]:
    host = inventory.frontend
    if not host["amplify_branches"] and not host["amplify_auto_branch_patterns"]:
        yield host.problem("amplify_branches", "an app without branches publishes nothing: name one at least.")


def _within(host: Host, ranges: dict[str, tuple[int, int]]) -> t.Iterator[Problem]:
    for variable, (least, most) in ranges.items():
        if not least <= host.number(variable) <= most:
            yield host.problem(variable, f"{host[variable]}; the load balancer takes {least} to {most}.")
