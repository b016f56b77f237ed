#!/usr/bin/python
# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: sns_message
version_added: 0.1.0
short_description: Tell an SNS topic something
description:
  - Publishes a message to a topic, which passes it on to its subscribers.
  - See U(https://docs.aws.amazon.com/sns/latest/api/API_Publish.html).
author: SDT platform engineering (@sdt)
options:
  topic_arn:
    description: ARN of the topic.
    type: str
    required: true
  subject:
    description: Subject of e-mails. What is longer than the 100 characters AWS takes is cut.
    type: str
  text:
    description: The message. What is longer than the 256 KiB AWS takes is cut.
    type: str
    required: true
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - sdt.infra.resource.connection
  - amazon.aws.boto3
attributes:
  check_mode:
    description: Publishes nothing.
    support: full
"""

EXAMPLES = r"""
- name: Tell the people on call
  sdt.infra.sns_message:
    topic_arn: arn:aws:sns:us-east-1:123456789012:sdt-prod-alarms
    subject: Drift in sdt-prod
    text: Somebody has opened port 22 to the world.
"""

RETURN = r"""
message_id:
  description: What AWS calls the message.
  returned: unless in check mode
  type: str
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.sdt.infra.plugins.module_utils._aws import CONNECTION_OPTIONS, Aws
from ansible_collections.sdt.infra.plugins.module_utils._errors import InfraError

_LONGEST_SUBJECT = 100  # characters
_LONGEST_MESSAGE = 256 * 1024  # bytes


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={
            **CONNECTION_OPTIONS,
            "topic_arn": {"type": "str", "required": True},
            "subject": {"type": "str"},
            "text": {"type": "str", "required": True},
        },
        supports_check_mode=True,
    )
    if module.check_mode:
        module.exit_json(changed=True)
    message = module.params["text"].encode()[:_LONGEST_MESSAGE].decode(errors="ignore")
    subject = {"Subject": module.params["subject"][:_LONGEST_SUBJECT]} if module.params["subject"] else {}
    try:
        answer = Aws(module).write("sns", "publish", TopicArn=module.params["topic_arn"], Message=message, **subject)
    except InfraError as error:
        module.fail_json(msg=f"Could not tell topic {module.params['topic_arn']}: {error}")
    module.exit_json(changed=True, message_id=answer["MessageId"])


if __name__ == "__main__":
    main()
