# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Options every module of this collection has because the resource loop gives them."""

from __future__ import annotations


class ModuleDocFragment:
    """The option each, the role to assume, whose resources are, and how the modules behave in check mode."""

    DOCUMENTATION = r"""
options:
  each:
    description:
      - Manage several resources in one call. A map from the name of each resource to its options.
      - Options given beside O(each) apply to all of them; what stands in O(each) overrides them.
      - Much faster than a loop, because what exists is read once for all.
      - Mutually exclusive with the option that names a single resource.
    type: dict
  hosts:
    description:
      - Inventory hosts whose resources this call brings to their state together; the task has to be run once. Its options are
        worked out for each with its own variables, and a host whose options name no resource has none.
      - What fails for some of them does not keep the others from going on; it is returned as C(unfinished). These hosts are left out of
        further calls like this, until M(sdt.infra.finished) fails for them.
      - A map from each host to its options is taken too.
    type: raw
  owner:
    description:
      - Tags that say whose a resource is, such as Project, Environment and ManagedBy.
      - A resource that exists and has none of them, or another value, belongs to somebody else. It is neither changed nor deleted, and
        the module fails, unless O(adopt=true).
      - Left out, whatever has the name is managed.
    type: dict
  adopt:
    description: Whether a resource of somebody else is taken over.
    type: bool
    default: false
notes:
  - Only what is given is compared and changed; an option that is left out is left alone.
  - Names of other resources may be given as names or as ids.
  - In check mode nothing is written, and what does not exist yet is returned with placeholders such as
    C(planned:vpc/sdt-prod) in place of its ids.
requirements:
  - python >= 3.11
  - boto3 >= 1.35.0
  - botocore >= 1.35.0
"""

    HOSTS = r"""
options:
  hosts:
    description:
      - Inventory hosts this call asks for together; the task has to be run once. Its options are worked out for each with its own
        variables.
      - A map from each host to its options is taken too.
    type: raw
"""

    LOCK = r"""
options:
  lock:
    description:
      - The lock of the run, as M(sdt.infra.run_lock) returns it. It is confirmed before anything is written and while the module waits;
        once it is lost, nothing more is written and the module fails.
    type: dict
    suboptions:
      table:
        description: The DynamoDB table.
        type: str
        required: true
      environment:
        description: What is locked.
        type: str
        required: true
      token:
        description: What proves that the lock is ours.
        type: str
        required: true
      seconds:
        description: How long it lasts without being confirmed.
        type: int
        required: true
"""

    CONNECTION = r"""
options:
  assume_role_arn:
    description:
      - ARN of an IAM role to assume for all requests of this module.
      - The keys live as long as the module call, so they cannot expire during a long run.
      - See U(https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html).
    type: str
  assume_role_external_id:
    description:
      - The external id the owner of O(assume_role_arn) asks for.
    type: str
"""

    STATE = r"""
options:
  state:
    description:
      - V(present) creates the resource or brings it to the given settings.
      - V(absent) removes it; being gone already is no error.
    type: str
    choices: [present, absent]
    default: present
"""

    TAGS = r"""
options:
  tags:
    description:
      - Tags of the resource. Left out, tags are left alone; an empty map removes all.
      - Tags whose name begins with C(aws:) belong to AWS and are never touched.
    type: dict
    aliases: [resource_tags]
  purge_tags:
    description:
      - Whether tags that are not in O(tags) are removed.
    type: bool
    default: true
"""

    WAIT = r"""
options:
  wait:
    description:
      - Whether to wait until AWS has finished creating, changing or deleting the resource.
      - Run the same task again with O(wait=true) to wait for what an earlier one started.
    type: bool
    default: true
"""
