# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Functions run when they are invoked."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from botocore.exceptions import ClientError


def packed(code):
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as made:
        made.writestr("index.py", code)
    return archive.getvalue()


@pytest.fixture
def make(emulator):
    def role(name, service):
        trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": service}}
        document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
        return emulator.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=document)["Role"]["Arn"]

    def function(code, service="lambda.amazonaws.com"):
        request = {"FunctionName": "answers", "Runtime": "python3.13", "Handler": "index.handler", "Timeout": 3}
        given = {"Role": role("runs", service), "Code": {"ZipFile": packed(code)}}
        return emulator.client("lambda").create_function(**request, **given)

    return function


def invoked(emulator, event):
    answer = emulator.client("lambda").invoke(FunctionName="answers", Payload=json.dumps(event))
    return answer.get("FunctionError"), json.loads(answer["Payload"].read())


def test_it_answers_with_what_it_returns(emulator, make):
    make("def handler(event, context):\n    return {'twice': event['number'] * 2}")
    assert invoked(emulator, {"number": 21}) == (None, {"twice": 42})


def test_it_may_fail(emulator, make):
    make("def handler(event, context):\n    raise KeyError('number')")
    error, said = invoked(emulator, {})
    assert error and "number" in said["errorMessage"]


def test_its_role_has_to_be_for_lambda(make):
    with pytest.raises(ClientError, match="cannot be assumed by Lambda"):
        make("def handler(event, context): pass", service="ecs-tasks.amazonaws.com")
