# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The mended serialiser writes what moto's own writes, to the byte: answers of any shape, made up from AWS's models."""

from __future__ import annotations

import importlib.util
import random
from datetime import UTC, datetime

import pytest

from emulator import environment

environment.prepare()

import xmltodict
from botocore import xform_name
from moto.core import serialize as mended
from moto.core.exceptions import ServiceException
from moto.core.utils import get_service_model

from emulator import registry, xml

# Not every code is in the models; moto says so each time.
pytestmark = pytest.mark.filterwarnings("ignore:Exception.*does not match an error shape")

SERVICES = ("amplify", "cloudwatch", "dynamodb", "ec2", "ecs", "elbv2", "iam", "lambda", "logs", "rds", "route53", "s3")
SERVICES += ("secretsmanager", "sns", "sqs", "sts", "xray")
OPERATIONS_EACH = 40
DEPTH = 4
TRANSFORMERS = {
    "Name": lambda value: None,
    "Tags": mended.return_if_not_empty,
    "Status.Code": lambda value: 7,
    "Id": lambda value: value and f"{value}-transformed",
}


@pytest.fixture(scope="module")
def original():
    """moto's module once more, as it is without us."""
    spec = importlib.util.find_spec("moto.core.serialize")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    registry.load()
    assert module.ResponseSerializer is not mended.ResponseSerializer
    return module


class Made:
    """Makes up a value for a shape."""

    def __init__(self, seed):
        self._random = random.Random(seed)

    def value(self, shape, depth=0):
        return getattr(self, f"_{shape.type_name}", self._text)(shape, depth)

    def _structure(self, shape, depth):
        members = {
            key: self.value(member, depth + 1)
            for key, member in shape.members.items()
            if depth < DEPTH and self._random.random() < 0.7
        }
        kind = self._random.randrange(4)
        if kind == 0:
            return {xform_name(key): value for key, value in members.items()}
        if kind == 1:
            # An object may leave out what its class or the shape is called.
            made = type(shape.name, (), {})()
            for key, value in members.items():
                setattr(made, xform_name(key.removeprefix(shape.name) or key), value)
            return made
        return members

    def _list(self, shape, depth):
        return [self.value(shape.member, depth + 1) for _ in range(self._random.randrange(3) if depth < DEPTH else 0)]

    def _map(self, shape, depth):
        return {f"key {number}": self.value(shape.value, depth + 1) for number in range(self._random.randrange(3))}

    def _text(self, _shape, _depth):
        return self._random.choice(["text", "<a & b>", 'a "quoted" line\n', "", "ünïcödé", "True", 5, None])

    def _boolean(self, _shape, _depth):
        return self._random.choice([True, False, "true", "False"])

    def _integer(self, _shape, _depth):
        return self._random.choice([0, 7, "8"])

    _long = _integer

    def _float(self, _shape, _depth):
        return self._random.choice([0.5, 2, "0.25"])

    _double = _float

    def _timestamp(self, _shape, _depth):
        return self._random.choice(["2026-01-02T03:04:05Z", datetime(2026, 1, 2, 3, 4, 5, 678000, tzinfo=UTC), 1.5e9])

    def _blob(self, _shape, _depth):
        return self._random.choice([b"\x00bytes", "text"])


def written(module, operation, protocol, result, transformers):
    picker = module.XFormedAttributePicker(response_transformers=transformers)
    kind = module.get_serializer_class(operation.service_model.service_name, protocol)
    try:
        return kind(operation_model=operation, value_picker=picker).serialize(result)
    except Exception as error:
        return type(error), str(error)


def operations(service):
    model = get_service_model(service)
    names = [name for name in model.operation_names if not model.operation_model(name).has_event_stream_output]
    return [model.operation_model(name) for name in random.Random(1).sample(names, min(OPERATIONS_EACH, len(names)))]


@pytest.mark.parametrize("service", SERVICES)
def test_answers_are_the_same_to_the_byte(original, service):
    answered = compared = 0
    for seed, operation in enumerate(operations(service)):
        protocols = operation.service_model.metadata.get("protocols", [operation.service_model.protocol])
        for protocol in (protocol for protocol in protocols if protocol in mended.SERIALIZERS):
            made = Made(seed).value(operation.output_shape) if operation.output_shape else None
            for result in (made, {}, ServiceException("NoSuchThing", "There is <no> such thing")):
                for transformers in ({}, TRANSFORMERS):
                    expected = written(original, operation, protocol, result, transformers)
                    assert written(mended, operation, protocol, result, transformers) == expected, operation.name
                    answered += isinstance(expected, dict)
                    compared += 1
    # Some made-up values cannot be written at all.
    assert answered > compared / 2


TREES = [
    {"a": {"b": ["1", None, {"c": 2.5}, {}, True, ""], "empty": [], "@id": 'x"<y', "#text": "a & b"}},
    {"a": None},
    {"a": ""},
    {"a": "<&>"},
    {"a": {"@xmlns": "http://example.com/", "b": {"@xsi:type": "User", "@xmlns:xsi": "http://w3"}}},
    {"a": {"b": b"bytes", "c": ("x", "y"), "d": 10**20}},
    {"a": {"b": {"#comment": "said", "c": [["nested"], "d"]}}},
    {"a": {"b": {"@n": None, "@m": 5, "#text": False}}},
    {"a": {"b c": "1"}},
    {"a": {1: "1"}},
    {"a": ["1", "2"]},
    {"a": "1", "b": "2"},
    {},
]


@pytest.mark.parametrize("tree", TREES, ids=str)
@pytest.mark.parametrize("full_document", [True, False])
@pytest.mark.parametrize("short", [True, False])
def test_xml_is_written_as_xmltodict_writes_it(tree, full_document, short):
    def outcome(unparse):
        try:
            return unparse(tree, full_document=full_document, short_empty_elements=short, pretty=False)
        except Exception as error:
            return type(error), str(error)

    assert outcome(xml.unparse) == outcome(xmltodict.unparse)
