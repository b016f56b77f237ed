# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Resource Groups Tagging API: the kinds of resources moto leaves out, under AWS's names, where AWS shows them.

IAM users and roles are left out on purpose: AWS does not return them either.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator, MutableMapping
from dataclasses import dataclass, replace
from typing import Any

from moto.amplify.models import amplify_backends
from moto.cloudtrail.models import cloudtrail_backends
from moto.core.resource_tagging import TaggableResourcesMixin, TaggedResource
from moto.core.responses import ActionResult
from moto.ec2.models import ec2_backends
from moto.ecr.models import ecr_backends
from moto.elbv2.models import elbv2_backends
from moto.iam.models import AWSManagedPolicy, iam_backends
from moto.rds.models import rds_backends
from moto.resourcegroupstaggingapi import models
from moto.resourcegroupstaggingapi.exceptions import ResourceGroupsTaggingAPIError
from moto.resourcegroupstaggingapi.responses import ResourceGroupsTaggingAPIResponse
from moto.route53.models import route53_backends
from moto.servicediscovery.models import servicediscovery_backends
from moto.utilities.utils import get_partition
from moto.xray.models import xray_backends

from emulator.mend.xray import XRay
from emulator.registry import mend, state

# The resources of global services are shown in this region only.
GLOBAL_REGION = "us-east-1"
TAGS_PER_RESOURCE = 50
GLOBAL = ("cloudfront", "iam", "route53")

# moto's name of a type, AWS's name. In EC2's ARNs the type is written too.
TYPES = {
    "ec2:flow-logs": "ec2:vpc-flow-log",
    "ec2:managed-prefix-lists": "ec2:prefix-list",
    "ec2:spot-instance-request": "ec2:spot-instances-request",
    "logs:loggroup": "logs:log-group",
}


@dataclass
class Ours(TaggedResource):
    """A resource that knows how to change its own tags."""

    tag: Callable[[dict[str, str]], None] = lambda tags: None
    untag: Callable[[list[str]], None] = lambda keys: None


class Missing:
    """The resources moto does not list, in the form moto asks its backends for them."""

    def __init__(self, account: str, region: str) -> None:
        self._account = account
        self._region = region

    def iter_tagged_resources(self) -> Iterator[Ours]:
        for source in SOURCES:
            yield from source(self._account, self._region)

    def _find(self, arn: str) -> Ours | None:
        return next((resource for resource in self.iter_tagged_resources() if resource.arn == arn), None)

    def owns_arn(self, arn: str) -> bool:
        return self._find(arn) is not None

    def tag_resource(self, arn: str, tags: dict[str, str]) -> None:
        self._find(arn).tag(tags)

    def untag_resource(self, arn: str, keys: list[str]) -> None:
        self._find(arn).untag(keys)


class Corrected:
    """A backend of moto, with AWS's names, and only what AWS shows in this region."""

    def __init__(self, backend: TaggableResourcesMixin, region: str) -> None:
        self._backend = backend
        self._region = region
        self.owns_arn = backend.owns_arn
        self.tag_resource = backend.tag_resource
        self.untag_resource = backend.untag_resource

    def iter_tagged_resources(self) -> Iterator[TaggedResource]:
        for resource in self._backend.iter_tagged_resources():
            # Some of moto's backends ask for resources that never had a tag, hundreds; AWS does not return them.
            if not resource.tags:
                continue
            service, kind = resource.resource_type.split(":", 1)
            if not self._is_here(service, resource):
                continue
            name = TYPES.get(resource.resource_type, resource.resource_type)
            arn = resource.arn
            if service == "ec2":
                arn = arn.replace(f":{kind}/", f":{name.split(':', 1)[1]}/")
            yield replace(resource, arn=arn, resource_type=name, extra={})

    def _is_here(self, service: str, resource: TaggedResource) -> bool:
        if service == "s3":
            bucket = self._backend.buckets.get(resource.arn.rsplit(":", 1)[-1])
            return bucket is None or bucket.region_name == self._region
        return service not in GLOBAL or self._region == GLOBAL_REGION


@mend(models)
def iter_taggable_backends(original: Any, account_id: str, region_name: str) -> Iterator[Any]:
    yield Missing(account_id, region_name)
    for backend in original(account_id, region_name):
        yield Corrected(backend, region_name)


def _backend(backends: Any, account: str, region: str) -> Any:
    """The backend, if anything was ever done with it; none is made only to be found empty."""
    return dict.get(backends, account, {}).get(region)


def _in_tagger(backend: Any, attribute: str, found: Iterable[tuple[str, str]]) -> Iterator[Ours]:
    tagger = getattr(backend, attribute)
    for kind, arn in found:
        yield Ours(
            arn,
            tagger.get_tag_dict_for_resource(arn),
            kind,
            tag=lambda tags, arn=arn: tagger.tag_resource(arn, tagger.convert_dict_to_tags_input(tags)),
            untag=functools.partial(tagger.untag_resource_using_names, arn),
        )


def _in_mapping(kind: str, arn: str, tags: MutableMapping[str, str]) -> Ours:
    def untag(keys: list[str]) -> None:
        for key in keys:
            tags.pop(key, None)

    return Ours(arn, dict(tags), kind, tag=tags.update, untag=untag)


def ec2(account: str, region: str) -> Iterator[Ours]:
    backend = _backend(ec2_backends, account, region)
    if backend is None:
        return
    prefix = f"arn:{get_partition(region)}:ec2:{region}:{account}"
    found = [("elastic-ip", address.allocation_id) for address in backend.addresses if address.allocation_id]
    found += [("vpc-endpoint", endpoint_id) for endpoint_id in backend.vpc_end_points]
    found += [("network-acl", acl_id) for acl_id in backend.network_acls]
    found += [("dhcp-options", options_id) for options_id in backend.dhcp_options_sets]
    found += [("launch-template", template_id) for template_id in backend.launch_templates]
    found += [("egress-only-internet-gateway", gateway_id) for gateway_id in backend.egress_only_internet_gateways]
    for kind, resource_id in found:
        yield Ours(
            f"{prefix}:{kind}/{resource_id}",
            dict(backend.tags.get(resource_id, {})),
            f"ec2:{kind}",
            tag=functools.partial(backend.create_tags, [resource_id]),
            untag=functools.partial(backend.delete_tag_keys, [resource_id]),
        )


def ecr(account: str, region: str) -> Iterator[Ours]:
    backend = _backend(ecr_backends, account, region)
    if backend is not None:
        found = [("ecr:repository", repository.arn) for repository in backend.repositories.values()]
        yield from _in_tagger(backend, "tagger", found)


def elbv2(account: str, region: str) -> Iterator[Ours]:
    backend = _backend(elbv2_backends, account, region)
    if backend is None:
        return
    found = []
    for balancer in backend.load_balancers.values():
        for listener in balancer.listeners.values():
            found.append(("elasticloadbalancing:listener", listener.arn))
            found += [("elasticloadbalancing:listener-rule", rule.arn) for rule in listener.rules.values()]
    yield from _in_tagger(backend, "tagging_service", found)


def rds(account: str, region: str) -> Iterator[Ours]:
    backend = _backend(rds_backends, account, region)
    if backend is None:
        return
    collections = {
        "rds:subgrp": backend.subnet_groups,
        "rds:pg": backend.db_parameter_groups,
        "rds:cluster-pg": backend.db_cluster_parameter_groups,
        "rds:og": backend.option_groups,
        "rds:es": backend.event_subscriptions,
    }
    for kind, collection in collections.items():
        for resource in collection.values():
            yield Ours(
                resource.arn,
                {tag["Key"]: tag["Value"] for tag in resource.get_tags()},
                kind,
                tag=lambda tags, resource=resource: _discard(
                    resource.add_tags([{"Key": key, "Value": value} for key, value in tags.items()])
                ),
                untag=lambda keys, resource=resource: _discard(resource.remove_tags(keys)),
            )


def _discard(_result: Any) -> None:
    return None


def servicediscovery(account: str, region: str) -> Iterator[Ours]:
    backend = _backend(servicediscovery_backends, account, region)
    if backend is not None:
        found = [("servicediscovery:namespace", namespace.arn) for namespace in backend.namespaces.values()]
        found += [("servicediscovery:service", service.arn) for service in backend.services.values()]
        yield from _in_tagger(backend, "tagger", found)


def cloudtrail(account: str, region: str) -> Iterator[Ours]:
    backend = _backend(cloudtrail_backends, account, region)
    if backend is not None:
        found = [("cloudtrail:trail", trail.arn) for trail in backend.trails.values()]
        yield from _in_tagger(backend, "tagging_service", found)


def amplify(account: str, region: str) -> Iterator[Ours]:
    backend = _backend(amplify_backends, account, region)
    if backend is not None:
        for app in backend.apps.values():
            yield _in_mapping("amplify:apps", app.arn, app.tags)
            for branch in app.branches.values():
                yield _in_mapping("amplify:branches", branch.arn, branch.tags)


def xray(account: str, region: str) -> Iterator[Ours]:
    backend = _backend(xray_backends, account, region)
    if backend is None:
        return
    ours = state(backend, "xray", lambda: XRay(region, account))
    for arn, tags in ours.tags.items():
        yield _in_mapping(f"xray:{arn.split(':')[5].split('/')[0]}", arn, tags)


def route53(account: str, region: str) -> Iterator[Ours]:
    partition = get_partition(region)
    backend = _backend(route53_backends, account, partition)
    if backend is None or region != GLOBAL_REGION:
        return
    for zone in backend.zones.values():
        zone_id = zone.id.rsplit("/", 1)[-1]
        yield _in_mapping(
            "route53:hostedzone", f"arn:{partition}:route53:::hostedzone/{zone_id}", backend.resource_tags[zone_id]
        )
    for check_id in backend.health_checks:
        yield _in_mapping(
            "route53:healthcheck", f"arn:{partition}:route53:::healthcheck/{check_id}", backend.resource_tags[check_id]
        )


def iam(account: str, region: str) -> Iterator[Ours]:
    backend = _backend(iam_backends, account, get_partition(region))
    if backend is None or region != GLOBAL_REGION:
        return
    found = [
        ("iam:policy", policy)
        for policy in backend.managed_policies.values()
        if not isinstance(policy, AWSManagedPolicy)
    ]
    found += [("iam:oidc-provider", provider) for provider in backend.open_id_providers.values()]
    for kind, resource in found:
        # moto keeps these tags by their key in lower case.
        yield Ours(
            resource.arn,
            {tag["Key"]: tag["Value"] for tag in resource.tags.values()},
            kind,
            tag=lambda tags, resource=resource: resource.tags.update(
                {key.lower(): {"Key": key, "Value": value} for key, value in tags.items()}
            ),
            untag=lambda keys, resource=resource: [resource.tags.pop(key.lower(), None) for key in keys] and None,
        )


SOURCES = (amplify, cloudtrail, ec2, ecr, elbv2, iam, rds, route53, servicediscovery, xray)


@mend(ResourceGroupsTaggingAPIResponse)
def get_resources(original: Any, self: ResourceGroupsTaggingAPIResponse) -> ActionResult:
    """Resources asked for by ARN come in one answer; nothing else may be asked beside."""
    arns = self._get_param("ResourceARNList")
    if not arns:
        return original(self)
    beside = ("ResourceTypeFilters", "TagFilters", "ResourcesPerPage", "TagsPerPage", "PaginationToken")
    if any(self._get_param(name) for name in beside):
        raise ResourceGroupsTaggingAPIError(
            "InvalidParameterException", "ResourceARNList cannot be used with filters or pagination."
        )
    _token, found = self.backend.get_resources(
        pagination_token=None,
        tag_filters=[],
        resources_per_page=len(arns),
        tags_per_page=len(arns) * TAGS_PER_RESOURCE,
        resource_type_filters=[],
        resource_arn_list=arns,
    )
    mappings = [
        {"ResourceARN": one.arn, "Tags": [{"Key": key, "Value": value} for key, value in one.tags.items()]}
        for one in found
    ]
    return ActionResult({"PaginationToken": "", "ResourceTagMappingList": mappings})
