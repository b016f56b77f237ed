# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Services that stacks of CloudFormation make: they are deployed like others, with the properties that are known.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ecs-service.html
"""

from __future__ import annotations

from typing import Any

from moto.core.utils import pascal_to_camelcase, remap_nested_keys
from moto.ecs.models import Service

from emulator.mend.ecs import services
from emulator.mend.ecs.task_definitions import active_definition
from emulator.registry import mend

PROPERTIES = ("LaunchType", "NetworkConfiguration", "DeploymentConfiguration", "PlatformVersion", "SchedulingStrategy")


@mend(Service)
def create_from_cloudformation_json(
    original: Any, cls: type[Service], resource_name: str, cloudformation_json: Any, *args: Any, **given: Any
) -> Service:
    return _deployed(original(cls, resource_name, cloudformation_json, *args, **given), cloudformation_json)


@mend(Service)
def update_from_cloudformation_json(
    original: Any, cls: type[Service], cloudformation_json: Any, **given: Any
) -> Service:
    return _deployed(original(cls, cloudformation_json=cloudformation_json, **given), cloudformation_json)


def _deployed(service: Service, cloudformation_json: Any) -> Service:
    properties = cloudformation_json["Properties"]
    known = {name: properties[name] for name in PROPERTIES if name in properties}
    backend = service._backend
    definition = active_definition(backend, service.task_definition)
    request = {"desiredCount": service.desired_count, **remap_nested_keys(known, pascal_to_camelcase)}
    cluster = backend.clusters[service.cluster_name]
    services.begin(backend, service, services.spec_of(backend, cluster, request, definition))
    return service
