# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

RECORDS = {"DnsRecords": [{"Type": "A", "TTL": 10}]}


@pytest.fixture
def vpc(emulator: Any) -> str:
    return emulator.client("ec2").create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]


@pytest.fixture
def discovery(emulator: Any) -> Any:
    return emulator.client("servicediscovery")


def make(discovery: Any, vpc: str, name: str = "x.internal", **settings: Any) -> str:
    operation = discovery.create_private_dns_namespace(Name=name, Vpc=vpc, **settings)["OperationId"]
    while discovery.get_operation(OperationId=operation)["Operation"]["Status"] == "PENDING":
        pass
    return next(one["Id"] for one in discovery.list_namespaces()["Namespaces"] if one["Name"] == name)


def code_of(call: Any, **settings: Any) -> str:
    with pytest.raises(ClientError) as caught:
        call(**settings)
    return caught.value.response["Error"]["Code"]


def test_a_namespace_is_there_when_its_operation_is_done(discovery: Any, vpc: str) -> None:
    operation = discovery.create_private_dns_namespace(Name="x.internal", Vpc=vpc)["OperationId"]
    assert discovery.get_operation(OperationId=operation)["Operation"]["Status"] == "PENDING"
    assert len(discovery.list_namespaces()["Namespaces"]) == 1
    assert discovery.get_operation(OperationId=operation)["Operation"]["Status"] == "SUCCESS"


def test_a_namespace_has_a_private_zone(discovery: Any, vpc: str, emulator: Any) -> None:
    namespace = make(discovery, vpc)
    properties = discovery.get_namespace(Id=namespace)["Namespace"]["Properties"]["DnsProperties"]
    route53 = emulator.client("route53")
    zone = route53.get_hosted_zone(Id=properties["HostedZoneId"])
    assert zone["HostedZone"]["Name"].rstrip(".") == "x.internal"
    assert zone["HostedZone"]["Config"]["PrivateZone"]
    assert [one["VPCId"] for one in zone["VPCs"]] == [vpc]
    assert properties["SOA"] == {"TTL": 15}
    discovery.delete_namespace(Id=namespace)
    while discovery.list_namespaces()["Namespaces"]:
        pass
    assert route53.list_hosted_zones()["HostedZones"] == []


def test_several_namespaces_in_a_vpc_but_a_name_only_once(discovery: Any, vpc: str) -> None:
    make(discovery, vpc)
    make(discovery, vpc, "y.internal")
    assert code_of(discovery.create_private_dns_namespace, Name="x.internal", Vpc=vpc) == "NamespaceAlreadyExists"


def test_a_namespace_without_its_vpc_fails(discovery: Any) -> None:
    operation = discovery.create_private_dns_namespace(Name="x.internal", Vpc="vpc-0123456789abcdef0")["OperationId"]
    discovery.get_operation(OperationId=operation)
    done = discovery.get_operation(OperationId=operation)["Operation"]
    assert (done["Status"], done["ErrorCode"]) == ("FAIL", "CANNOT_CREATE_HOSTED_ZONE")
    assert discovery.list_namespaces()["Namespaces"] == []


def test_an_update_keeps_the_zone(discovery: Any, vpc: str) -> None:
    namespace = make(discovery, vpc)
    change = {"Description": "new", "Properties": {"DnsProperties": {"SOA": {"TTL": 60}}}}
    discovery.update_private_dns_namespace(Id=namespace, Namespace=change)
    discovery.list_namespaces()
    filters = [{"Name": "NAME", "Values": ["x.internal"]}, {"Name": "TYPE", "Values": ["DNS_PRIVATE"]}]
    found = discovery.list_namespaces(Filters=filters)["Namespaces"][0]
    assert found["Description"] == "new"
    assert found["Properties"]["DnsProperties"]["SOA"] == {"TTL": 60}
    assert found["Properties"]["DnsProperties"]["HostedZoneId"]
    filters = [{"Name": "NAME", "Values": ["other"]}]
    assert discovery.list_namespaces(Filters=filters)["Namespaces"] == []


def test_services_belong_to_a_namespace_and_hold_it(discovery: Any, vpc: str) -> None:
    namespace, other = make(discovery, vpc), make(discovery, vpc, "y.internal")
    service = discovery.create_service(
        Name="web", NamespaceId=namespace, DnsConfig=RECORDS, HealthCheckCustomConfig={}
    )["Service"]
    assert service["DnsConfig"]["RoutingPolicy"] == "MULTIVALUE"
    assert service["HealthCheckCustomConfig"] == {"FailureThreshold": 1}
    found = discovery.list_services(Filters=[{"Name": "NAMESPACE_ID", "Values": [namespace]}])["Services"]
    assert [(one["Name"], one["InstanceCount"]) for one in found] == [("web", 0)]
    assert discovery.list_services(Filters=[{"Name": "NAMESPACE_ID", "Values": [other]}])["Services"] == []
    assert code_of(discovery.create_service, Name="web", NamespaceId=namespace) == "ServiceAlreadyExists"
    assert code_of(discovery.create_service, Name="web", NamespaceId="ns-none") == "NamespaceNotFound"
    assert code_of(discovery.delete_namespace, Id=namespace) == "ResourceInUse"


def test_instances_hold_their_service(discovery: Any, vpc: str) -> None:
    namespace = make(discovery, vpc)
    service = discovery.create_service(Name="web", NamespaceId=namespace, DnsConfig=RECORDS)["Service"]["Id"]
    attributes = {"AWS_INSTANCE_IPV4": "10.0.0.1"}
    discovery.register_instance(ServiceId=service, InstanceId="one", Attributes=attributes)
    assert code_of(discovery.delete_service, Id=service) == "ResourceInUse"
    discovery.deregister_instance(ServiceId=service, InstanceId="one")
    discovery.delete_service(Id=service)
    assert code_of(discovery.delete_service, Id=service) == "ServiceNotFound"


def test_tags_need_something_to_be_on(discovery: Any, vpc: str) -> None:
    namespace = make(discovery, vpc, Tags=[{"Key": "Environment", "Value": "test"}])
    arn = discovery.get_namespace(Id=namespace)["Namespace"]["Arn"]
    assert discovery.list_tags_for_resource(ResourceARN=arn)["Tags"] == [{"Key": "Environment", "Value": "test"}]
    assert code_of(discovery.list_tags_for_resource, ResourceARN=arn + "x") == "ResourceNotFoundException"


def test_operations_are_listed_by_what_they_are_about(emulator):
    discovery, ec2 = emulator.client("servicediscovery"), emulator.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    made = discovery.create_private_dns_namespace(Name="listed.internal", Vpc=vpc)["OperationId"]
    while discovery.get_operation(OperationId=made)["Operation"]["Status"] != "SUCCESS":
        pass
    (namespace,) = [one["Id"] for one in discovery.list_namespaces()["Namespaces"] if one["Name"] == "listed.internal"]
    filters = [
        {"Name": "NAMESPACE_ID", "Values": [namespace], "Condition": "IN"},
        {"Name": "TYPE", "Values": ["DELETE_NAMESPACE"], "Condition": "IN"},
    ]
    assert discovery.list_operations(Filters=filters)["Operations"] == []
    emulator.times(kinds={"servicediscovery.operation.submitted": 60})
    gone = discovery.delete_namespace(Id=namespace)["OperationId"]
    assert discovery.list_operations(Filters=filters)["Operations"] == [{"Id": gone, "Status": "SUBMITTED"}]
