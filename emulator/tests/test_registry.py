# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Changes to moto that no longer fit are refused."""

from __future__ import annotations

import pytest

from emulator import environment

environment.prepare()

from moto.core.responses import BaseResponse
from moto.core.utils import camelcase_to_underscores, get_service_model

from emulator import registry
from emulator.calls import botocore_name


class Owner:
    LIMIT = 1

    def method(self, value):
        return f"moto {value}"

    @property
    def size(self):
        return 1

    @staticmethod
    def static(value):
        return f"moto {value}"

    @classmethod
    def make(cls, value):
        return f"{cls.__name__} {value}"


@pytest.fixture
def owner():
    return type("Owner", (), dict(Owner.__dict__))


def test_a_mend_takes_the_place_of_each_kind_of_attribute(owner):
    @registry.mend(owner)
    def method(original, self, value):
        return original(self, value) + " mended"

    @registry.mend(owner)
    def size(original, self):
        return original(self) + 1

    @registry.mend(owner)
    def static(original, value):
        return original(value) + " mended"

    @registry.mend(owner)
    def make(original, cls, value):
        return original(cls, value) + " mended"

    instance = owner()
    assert instance.method("a") == "moto a mended"
    assert instance.size == 2
    assert owner.static("a") == "moto a mended"
    assert owner.make("a") == "Owner a mended"


def test_a_mend_of_something_gone_is_refused(owner):
    with pytest.raises(registry.RegistryError, match="no longer has"):

        @registry.mend(owner)
        def gone(original, self):
            return None


def test_replacing_something_gone_is_refused(owner):
    registry.replace(owner, "LIMIT", 2)
    assert owner.LIMIT == 2
    with pytest.raises(registry.RegistryError, match="no longer has"):
        registry.replace(owner, "GONE", 2)


def test_an_operation_moto_has_is_refused():
    class Response(BaseResponse):
        def describe_things(self):
            return None

    with pytest.raises(registry.RegistryError, match="moto now has"):

        @registry.operation(Response)
        def describe_things(self, parameters):
            return {}


def test_every_added_operation_exists_in_aws():
    """That everything fits moto is checked when it is loaded; that it fits AWS is checked here."""
    registry.load()
    unknown = []
    for response_class, name in registry.OPERATIONS:
        package = response_class.__module__.split(".")[1]
        model = get_service_model(botocore_name(package))
        if name not in {camelcase_to_underscores(operation) for operation in model.operation_names}:
            unknown.append(f"{package} {name}")
    assert unknown == []
