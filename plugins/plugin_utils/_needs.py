# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This file is private to the collection and may change without notice.
"""What an inventory needs of an account, as the module preflight_info asks for it."""

from __future__ import annotations

import typing as t

from ansible_collections.sdt.infra.plugins.module_utils._preflight import ACCOUNT
from ansible_collections.sdt.infra.plugins.plugin_utils._check_network import layout
from ansible_collections.sdt.infra.plugins.plugin_utils._inventory import UNASKED, Host, Inventory

_VCPU = 1024  # CPU units


def needs(inventory: Inventory) -> dict[str, t.Any]:
    """The options of preflight_info that follow from the inventory; a part it does not have needs nothing."""
    hosts, shared = inventory.hosts, inventory.any
    buckets = [bucket for bucket in inventory.buckets if bucket.flag("s3_enabled")]
    return {
        **_network(inventory),
        **_database(inventory),
        "load_balancers": int("load-balancer" in hosts),
        "namespaces": int("cluster" in hosts),
        "apps": int("frontend" in hosts),
        "bucket_count": len(buckets),
        "buckets": [str(one["s3_name"]).replace(UNASKED["platform_account"], ACCOUNT) for one in buckets],
        "least_vcpus": _vcpus(inventory, "ecs_platform_min_tasks"),
        "most_vcpus": _vcpus(inventory, "ecs_platform_max_tasks"),
        "ssl_policy": inventory.load_balancer["alb_ssl_policy"] if "load-balancer" in hosts else "",
        "hosted_zone": shared.get("platform_hosted_zone") or "",
        "certificate": shared.get("platform_certificate_arn") or "",
        "kms_key": shared.get("platform_kms_key_arn") or "",
        "publishers": hosts["account"]["account_kms_publishers"] if "account" in hosts else [],
    }


def _network(inventory: Inventory) -> dict[str, t.Any]:
    if "network" not in inventory.hosts:
        return {"vpcs": 0, "elastic_ips": 0}
    parts = layout(inventory.network)
    return {"vpcs": int(parts["owns_vpc"]), "elastic_ips": len(parts["addresses"]["wanted"])}


def _database(inventory: Inventory) -> dict[str, t.Any]:
    if "database" not in inventory.hosts:
        return {"databases": 0, "database": {}}
    host = inventory.database
    parts = layout(inventory.network) if "network" in inventory.hosts else {"subnets": {}}
    subnets = [parts["subnets"].get(name, {}) for name in host["rds_subnets"]]
    classes = [_class(host, "rds_instance_class", "rds_multi_az")]
    if host.flag("rds_read_replica") and host["rds_replica_class"] != host["rds_instance_class"]:
        classes.append(_class(host, "rds_replica_class", "rds_replica_multi_az"))
    return {
        "databases": 1 + host.flag("rds_read_replica"),
        "database": {
            "version": str(host["rds_engine_version"]),
            "classes": classes,
            "zones": [str(zone) for one in subnets for name, zone in one.items() if name != "cidr"],
            "ca_certificate": host["rds_ca_certificate"],
            "parameters": host["rds_parameters"],
        },
    }


def _class(host: Host, variable: str, multi_az: str) -> dict[str, t.Any]:
    return {"name": host[variable], "variable": variable, "multi_az": host.flag(multi_az)}


def _vcpus(inventory: Inventory, tasks: str) -> float:
    return sum(one.number(tasks) * one.number("ecs_platform_cpu") for one in inventory.services) / _VCPU
