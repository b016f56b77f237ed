# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This file is private to the collection and may change without notice.
"""What AWS recommends for services, their tasks and the load balancer before them."""

from __future__ import annotations

import re
import typing as t

from ansible_collections.sdt.infra.plugins.module_utils._compare import State
from ansible_collections.sdt.infra.plugins.module_utils._live import Live, Service
from ansible_collections.sdt.infra.plugins.module_utils._network import HTTPS
from ansible_collections.sdt.infra.plugins.module_utils._practice import Look, Practice, protected

_SECRET = re.compile(r"pass(word|wd)?$|secret|token|api_?key|private_?key|credential", re.IGNORECASE)
_NEWEST = ("LATEST", "1.4.0")
_MODERN = re.compile(r"^ELBSecurityPolicy-TLS13-|^ELBSecurityPolicy-TLS-1-2-")


def _containers(live: Live) -> t.Iterator[tuple[str, State]]:
    """Every container of every service, with the name of its service."""
    for service in _running(live):
        for container in service.definition.get("containerDefinitions") or []:
            yield service.name, container


def _running(live: Live) -> list[Service]:
    return [one for one in live.services.values() if one.exists]


def _pinned(live: Live) -> t.Iterator[str]:
    for name, container in _containers(live):
        if container["name"] == name and "@sha256:" not in container["image"]:
            yield f"{name} runs {container['image'].rpartition('/')[2]}, a tag, which may mean another image tomorrow"


def _each_container(is_wrong: t.Callable[[State], bool], said: str) -> Look:
    def problems(live: Live) -> t.Iterator[str]:
        for name, container in _containers(live):
            if is_wrong(container):
                yield f"{name}: {container['name']} {said}"

    return problems


def _is_root(container: State) -> bool:
    return str(container.get("user") or "root").partition(":")[0] in ("root", "0")


def _no_secrets(live: Live) -> t.Iterator[str]:
    for name, container in _containers(live):
        for one in container.get("environment") or []:
            if _SECRET.search(one["name"]):
                yield f"{name}: {one['name']} is in the environment of {container['name']}, not in a secret"


def _two_roles(live: Live) -> t.Iterator[str]:
    for service in _running(live):
        if not service.role("task") or service.role("task") == service.role("execution"):
            yield f"{service.name} has no task role of its own beside the execution role"
    roles = [service.role("task") for service in _running(live)]
    for role in sorted({one for one in roles if one and roles.count(one) > 1}):
        yield f"several services share {role.rpartition('/')[2]}"


def _no_addresses(live: Live) -> t.Iterator[str]:
    yield from (f"{one.name} has public addresses" for one in _running(live) if one.public_address)


def _newest_platform(live: Live) -> t.Iterator[str]:
    for service in _running(live):
        version = service.live.get("platformVersion", "LATEST")
        if version not in _NEWEST:
            yield f"{service.name} stays on platform version {version}"


def _two_tasks(live: Live) -> t.Iterator[str]:
    for service in _running(live):
        if service.live["desiredCount"] < 2:
            yield f"{service.name} is to run {service.live['desiredCount']} task"


def _insights(live: Live) -> t.Iterator[str]:
    found = live.aws.read(
        "ecs", "describe_clusters", "clusters", clusters=[live.wanted["cluster"]], include=["SETTINGS"]
    )
    settings = {one["name"]: one["value"] for cluster in found or [] for one in cluster.get("settings") or []}
    if settings.get("containerInsights", "disabled") == "disabled":
        yield f"cluster {live.wanted['cluster']} has no Container Insights"


def _attribute(name: str, wanted: t.Collection[str], said: str) -> Look:
    def problems(live: Live) -> t.Iterator[str]:
        if not live.balancer:
            yield f"load balancer {live.wanted['load_balancer']} does not exist"
            return
        arn = live.balancer["LoadBalancerArn"]
        found = live.aws.read("elbv2", "describe_load_balancer_attributes", "Attributes", LoadBalancerArn=arn)
        if {one["Key"]: one["Value"] for one in found or []}.get(name) not in wanted:
            yield said

    return problems


def _encrypted(live: Live) -> t.Iterator[str]:
    if HTTPS not in live.listeners:
        yield "it does not listen on HTTPS"
    elif 80 in live.listeners and live.listeners[80]["DefaultActions"][0]["Type"] != "redirect":
        yield "HTTP is not led over to HTTPS"


def _modern(live: Live) -> t.Iterator[str]:
    policy = live.listeners.get(HTTPS, {}).get("SslPolicy", "")
    if not _MODERN.match(policy):
        yield f"it takes {policy or 'no policy'} for TLS"


def _has_domain(live: Live) -> bool:
    return HTTPS in live.listeners


def _balancer_zones(live: Live) -> t.Iterator[str]:
    if len(live.balancer_end.subnets) < 2:
        yield f"the load balancer stands in {len(live.balancer_end.subnets)} zone"


PRACTICES = (
    Practice("ECR.2", "images are named by what they are, never by latest", _pinned),
    Practice(
        "ECS.2", "tasks have no public addresses", _no_addresses, lambda live: not live.wanted["public_addresses"]
    ),
    Practice(
        "ECS.4",
        "containers are not privileged",
        _each_container(lambda one: bool(one.get("privileged")), "is privileged"),
    ),
    Practice(
        "ECS.5",
        "containers have a read-only root file system",
        _each_container(lambda one: not one.get("readonlyRootFilesystem"), "may write to its root file system"),
    ),
    Practice("ECS.8", "no secret is in the environment of a container", _no_secrets),
    Practice(
        "ECS.9", "every container logs", _each_container(lambda one: not one.get("logConfiguration"), "logs nowhere")
    ),
    Practice("ECS.10", "tasks run on the newest platform version", _newest_platform),
    Practice("ECS.12", "the cluster has Container Insights", _insights),
    Practice("ECS.20", "no container runs as root", _each_container(_is_root, "runs as root")),
    Practice("SEC03-BP02", "each service has a task role of its own, which is not the execution role", _two_roles),
    Practice("REL10-BP01", "each service runs two tasks at least", _two_tasks, protected),
    Practice("ELB.1", "requests are encrypted", _encrypted, _has_domain),
    Practice("ELB.17", "HTTPS takes a modern policy", _modern, _has_domain),
    Practice(
        "ELB.4",
        "the load balancer drops invalid headers",
        _attribute("routing.http.drop_invalid_header_fields.enabled", ("true",), "it lets invalid headers through"),
    ),
    Practice(
        "ELB.5",
        "the load balancer writes an access log",
        _attribute("access_logs.s3.enabled", ("true",), "it writes none"),
    ),
    Practice(
        "ELB.6",
        "the load balancer cannot be deleted by mistake",
        _attribute("deletion_protection.enabled", ("true",), "its deletion protection is off"),
        protected,
    ),
    Practice(
        "ELB.12",
        "requests that would desynchronise are mitigated",
        _attribute("routing.http.desync_mitigation_mode", ("defensive", "strictest"), "its desync mitigation is off"),
    ),
    Practice("ELB.13", "the load balancer stands in two zones", _balancer_zones),
)
