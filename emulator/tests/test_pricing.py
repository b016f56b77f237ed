# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Prices are asked for and answered as the Price List Query API does."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from botocore.exceptions import ClientError


@pytest.fixture
def pricing(emulator):
    return emulator.client("pricing")


def products(pricing, service, **attributes):
    filters = [{"Type": "TERM_MATCH", "Field": field, "Value": value} for field, value in attributes.items()]
    answer = pricing.get_products(ServiceCode=service, Filters=filters)
    assert answer["FormatVersion"] == "aws_v1"
    return [json.loads(product) for product in answer["PriceList"]]


def prices(product):
    """Where each range begins, and its price."""
    (term,) = product["terms"]["OnDemand"].values()
    return {
        Decimal(dimension["beginRange"]): Decimal(dimension["pricePerUnit"]["USD"])
        for dimension in term["priceDimensions"].values()
    }


@pytest.mark.parametrize(
    ("service", "attributes"),
    [
        ("AmazonECS", {"usagetype": "USE1-Fargate-vCPU-Hours:perCPU"}),
        ("AmazonECS", {"usagetype": "USE1-Fargate-ARM-GB-Hours"}),
        ("AmazonECS", {"usagetype": "USE1-SpotUsage-Fargate-GB-Hours"}),
        ("AmazonRDS", {"instanceType": "db.t3.micro", "deploymentOption": "Single-AZ", "databaseEngine": "PostgreSQL"}),
        ("AmazonRDS", {"instanceType": "db.r5.xlarge", "deploymentOption": "Multi-AZ", "databaseEngine": "PostgreSQL"}),
        ("AmazonRDS", {"volumeType": "General Purpose-GP3", "deploymentOption": "Multi-AZ"}),
        ("AmazonEC2", {"usagetype": "NatGateway-Hours", "productFamily": "NAT Gateway"}),
        ("AmazonVPC", {"usagetype": "VpcEndpoint-Hours"}),
        ("AmazonVPC", {"usagetype": "PublicIPv4:InUseAddress"}),
        ("AWSELB", {"usagetype": "LCUUsage"}),
        ("AmazonS3", {"volumeType": "Glacier Instant Retrieval"}),
        ("AmazonCloudWatch", {"usagetype": "DataProcessing-Bytes"}),
        ("AmazonCloudWatch", {"productFamily": "Alarm", "alarmType": "Standard"}),
        ("AWSSecretsManager", {"productFamily": "Secret"}),
        ("AmazonECR", {"usagetype": "TimedStorage-ByteHrs"}),
        ("AWSDataTransfer", {"usagetype": "DataTransfer-Out-Bytes"}),
        ("AWSAmplify", {"usagetype": "USE1-BuildDuration"}),
        ("awswaf", {"group": "Web ACL"}),
        ("AmazonCloudFront", {"usagetype": "US-DataTransfer-Out-Bytes"}),
        ("AmazonElastiCache", {"instanceType": "cache.t4g.micro", "cacheEngine": "Valkey"}),
    ],
)
def test_one_product_has_one_price_on_demand(pricing, service, attributes):
    (product,) = products(pricing, service, regionCode="us-east-1", **attributes)
    assert product["serviceCode"] == product["product"]["attributes"]["servicecode"] == service
    assert product["product"]["attributes"]["location"] == "US East (N. Virginia)"
    assert all(price > 0 for price in prices(product).values())


def test_the_shape_of_a_product(pricing):
    (product,) = products(pricing, "AmazonRDS", instanceType="db.t3.micro", deploymentOption="Single-AZ")
    sku = product["product"]["sku"]
    assert (len(sku), product["product"]["productFamily"]) == (16, "Database Instance")
    (key,) = product["terms"]["OnDemand"]
    term = product["terms"]["OnDemand"][key]
    assert (key, term["offerTermCode"], term["sku"]) == (f"{sku}.JRTCKXETXF", "JRTCKXETXF", sku)
    (code,) = term["priceDimensions"]
    assert term["priceDimensions"][code] == {
        "unit": "Hrs",
        "beginRange": "0",
        "endRange": "Inf",
        "rateCode": f"{sku}.JRTCKXETXF.6YS6EN2CT7",
        "description": "$0.018 per RDS db.t3.micro Single-AZ instance hour running PostgreSQL",
        "appliesTo": [],
        "pricePerUnit": {"USD": "0.0180000000"},
    }


def test_ranges_follow_each_other_and_get_cheaper(pricing):
    (product,) = products(pricing, "AmazonS3", usagetype="TimedStorage-ByteHrs")
    (term,) = product["terms"]["OnDemand"].values()
    dimensions = sorted(term["priceDimensions"].values(), key=lambda one: Decimal(one["beginRange"]))
    assert [one["endRange"] for one in dimensions] == [*(one["beginRange"] for one in dimensions[1:]), "Inf"]
    assert list(prices(product).values()) == sorted(prices(product).values(), reverse=True)


def test_no_two_products_share_a_sku(pricing):
    skus = [
        json.loads(product)["product"]["sku"]
        for service in pricing.describe_services()["Services"]
        for product in pricing.get_products(ServiceCode=service["ServiceCode"])["PriceList"]
    ]
    assert len(skus) == len(set(skus)) > 80


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("TERM_MATCH", "db.t3.micro", {"db.t3.micro"}),
        ("EQUALS", "db.t3.micro", {"db.t3.micro"}),
        ("CONTAINS", "r5", {"db.r5.large", "db.r5.xlarge"}),
        ("ANY_OF", "db.t3.micro,db.t3.small", {"db.t3.micro", "db.t3.small"}),
        ("TERM_MATCH", "db.none", set()),
    ],
)
def test_filters(pricing, kind, value, expected):
    filters = [{"Type": kind, "Field": "instanceType", "Value": value}]
    found = pricing.get_products(ServiceCode="AmazonRDS", Filters=filters)["PriceList"]
    assert {json.loads(product)["product"]["attributes"]["instanceType"] for product in found} == expected


def test_services_and_their_attributes(pricing):
    (service,) = pricing.describe_services(ServiceCode="AmazonECS")["Services"]
    assert {"productFamily", "usagetype", "regionCode", "cputype"} <= set(service["AttributeNames"])
    values = pricing.get_attribute_values(ServiceCode="AmazonRDS", AttributeName="deploymentOption")["AttributeValues"]
    assert [one["Value"] for one in values] == ["Multi-AZ", "Single-AZ"]


def test_pages(pricing):
    pages = list(
        pricing.get_paginator("get_products").paginate(ServiceCode="AmazonRDS", PaginationConfig={"PageSize": 10})
    )
    assert len(pages) == 3
    whole = pricing.get_products(ServiceCode="AmazonRDS")["PriceList"]
    assert [product for page in pages for product in page["PriceList"]] == whole
    with pytest.raises(pricing.exceptions.InvalidNextTokenException):
        pricing.get_products(ServiceCode="AmazonRDS", NextToken="nonsense")


def test_what_is_not_there_is_refused(pricing):
    with pytest.raises(pricing.exceptions.NotFoundException):
        pricing.get_products(ServiceCode="AmazonNothing")
    with pytest.raises(pricing.exceptions.NotFoundException):
        pricing.get_attribute_values(ServiceCode="AmazonRDS", AttributeName="colour")
    with pytest.raises(ClientError, match="ValidationException"):
        filters = [{"Type": "SOUNDS_LIKE", "Field": "instanceType", "Value": "x"}]
        pricing.get_products(ServiceCode="AmazonRDS", Filters=filters)


def test_a_reservation_is_a_term_of_its_own(pricing):
    wanted = {"instanceType": "db.r5.large", "deploymentOption": "Multi-AZ"}
    (product,) = products(pricing, "AmazonRDS", **wanted)
    (term,) = product["terms"]["Reserved"].values()
    assert (term["termAttributes"]["LeaseContractLength"], term["termAttributes"]["PurchaseOption"]) == (
        "1yr",
        "No Upfront",
    )
    (price,) = term["priceDimensions"].values()
    assert 0 < Decimal(price["pricePerUnit"]["USD"]) < min(prices(product).values())
