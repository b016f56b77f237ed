# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Tags of load balancers, listeners, rules and target groups: 50 each, read for 20 resources at a time."""

from __future__ import annotations

from moto.elbv2.exceptions import TooManyTagsError, ValidationError
from moto.elbv2.models import ELBv2Backend

from emulator.registry import mend

MOST_TAGS = 50
MOST_RESOURCES = 20


@mend(ELBv2Backend)
def add_tags(original, self, resource_arns, tags):
    for arn in resource_arns:
        self._get_resource_by_arn(arn)
        if len({*self.tagging_service.get_tag_dict_for_resource(arn), *(tag["Key"] for tag in tags)}) > MOST_TAGS:
            raise TooManyTagsError
        self.tagging_service.tag_resource(arn, tags)


@mend(ELBv2Backend)
def describe_tags(original, self, resource_arns):
    if len(resource_arns) > MOST_RESOURCES:
        raise ValidationError(f"The number of resources cannot exceed '{MOST_RESOURCES}'")
    for arn in resource_arns:
        self._get_resource_by_arn(arn)
    return original(self, resource_arns)
