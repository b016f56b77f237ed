# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Every request is checked before moto sees it: against AWS's model, then by AWS's rules."""

from __future__ import annotations

from werkzeug.wrappers import Response

from emulator import errors, rules, validation
from emulator.calls import Call
from emulator.rules import Refused, Request

# Names the rule in an answer, for whoever wonders why; AWS has no such header.
RULE_HEADER = "X-Emulator-Rule"
MODEL = "model"

# How services say that a parameter is missing, and that one is out of bounds.
BY_PROTOCOL = {
    "ec2": ("MissingParameter", "InvalidParameterValue"),
    "query": ("ValidationError", "ValidationError"),
    "json": ("ValidationException", "ValidationException"),
    "rest-json": ("ValidationException", "ValidationException"),
    "rest-xml": ("InvalidInput", "InvalidInput"),
}
BY_SERVICE = {
    "amplify": ("BadRequestException", "BadRequestException"),
    "apigateway": ("BadRequestException", "BadRequestException"),
    "apigatewayv2": ("BadRequestException", "BadRequestException"),
    "backup": ("MissingParameterValueException", "InvalidParameterValueException"),
    "batch": ("ClientException", "ClientException"),
    "cloudfront": ("InvalidArgument", "InvalidArgument"),
    "cloudwatch": ("MissingParameter", "ValidationError"),
    "cognito-idp": ("InvalidParameterException", "InvalidParameterException"),
    "ecr": ("InvalidParameterException", "InvalidParameterException"),
    "ecs": ("InvalidParameterException", "InvalidParameterException"),
    "eks": ("InvalidParameterException", "InvalidParameterException"),
    "elasticache": ("MissingParameter", "InvalidParameterValue"),
    "logs": ("InvalidParameterException", "InvalidParameterException"),
    "rds": ("MissingParameter", "InvalidParameterValue"),
    "resourcegroupstaggingapi": ("InvalidParameterException", "InvalidParameterException"),
    "servicediscovery": ("InvalidInput", "InvalidInput"),
    "sns": ("InvalidParameter", "InvalidParameter"),
    "sqs": ("MissingParameter", "InvalidParameterValue"),
    "wafv2": ("WAFInvalidParameterException", "WAFInvalidParameterException"),
    "xray": ("InvalidRequestException", "InvalidRequestException"),
}
# The body could not be read at all.
UNREADABLE = {
    "ec2": "InvalidParameterValue",
    "query": "MalformedInput",
    "rest-xml": "MalformedXML",
}
BAD_XML = "The XML you provided was not well-formed or did not validate against our published schema"


def refusal(call: Call, account: str, region: str) -> Response | None:
    """AWS's answer to a request it would refuse; None when there is nothing against it."""
    if call.model is None:
        return None
    if call.malformed is not None:
        code = UNREADABLE.get(call.protocol, "SerializationException")
        return _answer(call, MODEL, code, BAD_XML if code == "MalformedXML" else call.malformed)
    if not call.read:
        return None
    found = validation.violations(call.model.input_shape, call.parameters)
    if found:
        return _answer(call, MODEL, *_model_error(call, found))
    if call.parameters.get("DryRun") is True:
        return None
    request = Request(call, account, region)
    for one in rules.rules_for(call.service, str(call.operation)):
        try:
            one.check(request)
        except Refused as refused:
            return _answer(call, one.name, refused.code, refused.message, refused.status)
    return None


def _model_error(call: Call, found: list[validation.Violation]) -> tuple[str, str]:
    if call.service == "s3":
        shape = call.model.input_shape.members[found[0].member]
        if "location" in shape.serialization:
            return "InvalidArgument", validation.message(found)
        return "MalformedXML", BAD_XML
    missing, wrong = BY_SERVICE.get(call.service) or BY_PROTOCOL.get(call.protocol, BY_PROTOCOL["json"])
    if missing != "MissingParameter":
        return wrong, validation.message(found)
    absent = [one.path for one in found if one.missing]
    if absent:
        return missing, f"The request must contain the parameter {absent[0][:1].upper()}{absent[0][1:]}"
    return wrong, validation.message(found)


def _answer(call: Call, rule: str, code: str, message: str, status: int | None = None) -> Response:
    response = errors.respond(call, code, message, status)
    response.headers[RULE_HEADER] = rule
    return response
