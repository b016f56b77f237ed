# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the contract does not reach of servicediscovery_namespace: one that is on its way out."""

from __future__ import annotations

import typing as t

from harness import run_module

NAME = "sdt-dev.internal"


def test_a_namespace_on_its_way_out_is_waited_for_and_made_anew(emulator: t.Any) -> None:
    vpc = emulator.client("ec2").create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    options = {"name": NAME, "vpc": vpc}
    first = run_module(emulator.url, "servicediscovery_namespace", options)["namespace"]["id"]
    emulator.times(kinds={"servicediscovery.operation.submitted": 1})
    run_module(emulator.url, "servicediscovery_namespace", {"name": NAME, "state": "absent", "wait": False})
    assert not run_module(emulator.url, "servicediscovery_namespace", {"name": NAME, "state": "absent"})["changed"]
    run_module(emulator.url, "servicediscovery_namespace", options)
    emulator.client("servicediscovery").delete_namespace(
        Id=emulator.client("servicediscovery").list_namespaces()["Namespaces"][0]["Id"]
    )
    again = run_module(emulator.url, "servicediscovery_namespace", options)
    assert again["actions"][0]["action"] == "create" and again["namespace"]["id"] != first
    assert len(emulator.client("servicediscovery").list_namespaces()["Namespaces"]) == 1


def test_one_that_goes_while_it_is_looked_at_is_made_anew(emulator: t.Any) -> None:
    """The operation ends between two looks, so it was still listed, and nothing is under way any more."""
    vpc = emulator.client("ec2").create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    options = {"name": NAME, "vpc": vpc}
    first = run_module(emulator.url, "servicediscovery_namespace", options)["namespace"]["id"]
    emulator.client("servicediscovery").delete_namespace(Id=first)
    again = run_module(emulator.url, "servicediscovery_namespace", options)
    assert again["actions"][0]["action"] == "create"
    (left,) = emulator.client("servicediscovery").list_namespaces()["Namespaces"]
    assert left["Id"] == again["namespace"]["id"] != first
