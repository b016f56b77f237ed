# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a listener or rule does with a request."""

from __future__ import annotations


class ModuleDocFragment:
    """The option action."""

    DOCUMENTATION = r"""
options:
  action:
    description:
      - What is done with a request, exactly one of the suboptions.
      - See U(https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-action-types.html).
    type: dict
    suboptions:
      forward:
        description: Pass it to targets.
        type: dict
        suboptions:
          target_groups:
            description: The target groups that share the requests.
            type: list
            elements: dict
            required: true
            suboptions:
              target_group:
                description: Name or ARN of the target group.
                type: str
                required: true
              weight:
                description: Its share among the others, 0 to 999.
                type: int
                default: 1
          keep_weights:
            description: >-
              Whether the weights of groups a rule leads to already are left as they are, because somebody else changes them, such as ECS
              during a deployment. A listener has no use for it.
            type: bool
            default: false
          stickiness:
            description: Seconds a client stays with its target group, up to 604800; 0 is off.
            type: int
            default: 0
      redirect:
        description: Send the client elsewhere. What is not given stays as it was in the request.
        type: dict
        suboptions:
          protocol:
            description: The protocol.
            type: str
            choices: [HTTP, HTTPS, "#{protocol}"]
            default: "#{protocol}"
          port:
            description: The port.
            type: str
            default: "#{port}"
          host:
            description: The host name.
            type: str
            default: "#{host}"
          path:
            description: The path, with the leading slash.
            type: str
            default: "/#{path}"
          query:
            description: The query, without the leading question mark.
            type: str
            default: "#{query}"
          status_code:
            description: Moved for good (V(301)) or for now (V(302)).
            type: int
            choices: [301, 302]
            default: 301
      fixed_response:
        description: Answer without a target.
        type: dict
        suboptions:
          status_code:
            description: Status code, 200 to 599 without 3xx.
            type: int
            required: true
          content_type:
            description: Type of the body.
            type: str
            choices: [text/plain, text/css, text/html, application/javascript, application/json]
            default: text/plain
          body:
            description: The body, at most 1024 characters.
            type: str
            default: ""
"""
