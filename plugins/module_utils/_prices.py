# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This file is private to the collection and may change without notice.
"""A dated list of AWS's prices, and how the Price List Query API is asked for a new one.

https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/using-price-list-query-api.html
"""

from __future__ import annotations

import json
import re
import typing as t

from ansible_collections.sdt.infra.plugins.module_utils import _moments
from ansible_collections.sdt.infra.plugins.module_utils._aws import Aws
from ansible_collections.sdt.infra.plugins.module_utils._compare import State
from ansible_collections.sdt.infra.plugins.module_utils._errors import InfraError

HOURS = 730  # of a month, as AWS counts


class Item(t.NamedTuple):
    """Where the API has a price: code of the service, attributes, and how the usage type ends."""

    service: str
    attributes: dict[str, str]
    usage: str


_STORAGE = {"databaseEngine": "PostgreSQL", "productFamily": "Database Storage"}
ITEMS = {
    "fargate-vcpu": Item("AmazonECS", {}, "Fargate-vCPU-Hours:perCPU"),
    "fargate-gb": Item("AmazonECS", {}, "Fargate-GB-Hours"),
    "fargate-arm-vcpu": Item("AmazonECS", {}, "Fargate-ARM-vCPU-Hours:perCPU"),
    "fargate-arm-gb": Item("AmazonECS", {}, "Fargate-ARM-GB-Hours"),
    "fargate-spot-vcpu": Item("AmazonECS", {}, "SpotUsage-Fargate-vCPU-Hours:perCPU"),
    "fargate-spot-gb": Item("AmazonECS", {}, "SpotUsage-Fargate-GB-Hours"),
    "nat-hour": Item("AmazonEC2", {"productFamily": "NAT Gateway"}, "NatGateway-Hours"),
    "nat-gb": Item("AmazonEC2", {"productFamily": "NAT Gateway"}, "NatGateway-Bytes"),
    "endpoint-hour": Item("AmazonVPC", {}, "VpcEndpoint-Hours"),
    "address-hour": Item("AmazonVPC", {}, "PublicIPv4:InUseAddress"),
    "balancer-hour": Item("AWSELB", {"productFamily": "Load Balancer-Application"}, "LoadBalancerUsage"),
    "balancer-unit": Item("AWSELB", {"productFamily": "Load Balancer-Application"}, "LCUUsage"),
    "database-gp3": Item("AmazonRDS", _STORAGE, "RDS:GP3-Storage"),
    "database-gp3-multi": Item("AmazonRDS", _STORAGE, "RDS:Multi-AZ-GP3-Storage"),
    "database-gp2": Item("AmazonRDS", _STORAGE, "RDS:GP2-Storage"),
    "database-gp2-multi": Item("AmazonRDS", _STORAGE, "RDS:Multi-AZ-GP2-Storage"),
    "database-backup": Item("AmazonRDS", {"productFamily": "Storage Snapshot"}, "RDS:ChargedBackupUsage"),
    "log-ingested": Item("AmazonCloudWatch", {"group": "Ingested Logs"}, "DataProcessing-Bytes"),
    "log-stored": Item("AmazonCloudWatch", {"productFamily": "Storage Snapshot"}, "TimedStorage-ByteHrs"),
    "alarm": Item("AmazonCloudWatch", {"alarmType": "Standard"}, "CW:AlarmMonitorUsage"),
    "dashboard": Item("AmazonCloudWatch", {"productFamily": "Dashboard"}, "DashboardsUsageHour"),
    "secret": Item("AWSSecretsManager", {"productFamily": "Secret"}, "AWSSecretsManager-Secrets"),
    "key": Item("awskms", {}, "KMS-Keys"),
    "image-gb": Item("AmazonECR", {}, "TimedStorage-ByteHrs"),
    "object-gb": Item("AmazonS3", {"volumeType": "Standard"}, "TimedStorage-ByteHrs"),
}
_REGION_PREFIX = re.compile(r"^[A-Z]{2,4}\d?-(?!AZ)")  # USE1-, EUC1-; not Multi-AZ
_CLASS = "database/{}/{}"  # class, and single or multi
_RESERVED = "1 year, no upfront"


class Prices:
    """Prices in US dollars. listed is the content of a price list: region, date, prices and reserved."""

    def __init__(self, listed: State):
        self.region: str = listed["region"]
        self.date: str = listed["date"]
        self._prices: dict[str, float] = listed["prices"]
        self._reserved: dict[str, float] = listed.get("reserved") or {}

    def of(self, name: str) -> float:
        """The price of an item; of a database class see database()."""
        if name not in self._prices:
            raise InfraError(f"The price list of {self.date} has no {name}: refresh it with -e refresh=true.")
        return self._prices[name]

    def database(self, instance_class: str, multi_az: bool) -> float | None:
        """The price of an hour of a class; None where the list has none."""
        return self._prices.get(_class(instance_class, multi_az))

    def reserved(self, instance_class: str, multi_az: bool) -> float | None:
        """The price of an hour with a reservation for a year without upfront; None where the list has none."""
        return self._reserved.get(_class(instance_class, multi_az))


def refreshed(aws: Aws, region: str, classes: t.Iterable[str], known: State) -> State:
    """A new list for a region, with these database classes and those of the known list."""
    prices, reserved = {}, {}
    for name, item in ITEMS.items():
        found = _products(aws, region, item.service, item.attributes)
        price = next((_price(one) for one in found if _usage(one) == item.usage), None)
        if price is None and name in known["prices"] and known["region"] == region:
            price = known["prices"][name]  # such as Spot, which has no list price
        if price is not None:
            prices[name] = price
    wanted = {*classes, *(name.split("/")[1] for name in known["prices"] if name.startswith("database/"))}
    for instance_class in sorted(wanted):
        for option, multi_az in (("Single-AZ", False), ("Multi-AZ", True)):
            attributes = {
                "instanceType": instance_class,
                "databaseEngine": "PostgreSQL",
                "deploymentOption": option,
                "productFamily": "Database Instance",
            }
            for product in _products(aws, region, "AmazonRDS", attributes)[:1]:
                name = _class(instance_class, multi_az)
                prices[name] = _price(product)
                rate = _reserved(product)
                if rate is not None:
                    reserved[name] = rate
    return {"region": region, "date": _moments.now()[:10], "prices": prices, "reserved": reserved}


def _class(instance_class: str, multi_az: bool) -> str:
    return _CLASS.format(instance_class, "multi" if multi_az else "single")


def _products(aws: Aws, region: str, service: str, attributes: dict[str, str]) -> list[State]:
    filters = [
        {"Type": "TERM_MATCH", "Field": field, "Value": value}
        for field, value in sorted({"regionCode": region, **attributes}.items())
    ]
    found = aws.read("pricing", "get_products", "PriceList", ServiceCode=service, Filters=filters)
    return [json.loads(one) for one in found or []]


def _usage(product: State) -> str:
    return _REGION_PREFIX.sub("", product["product"]["attributes"].get("usagetype", ""))


def _price(product: State) -> float:
    """The price on demand, where there are ranges that of the first."""
    (term,) = product["terms"]["OnDemand"].values()
    first = min(term["priceDimensions"].values(), key=lambda one: float(one.get("beginRange") or 0))
    return float(first["pricePerUnit"]["USD"])


def _reserved(product: State) -> float | None:
    for term in (product["terms"].get("Reserved") or {}).values():
        about = term.get("termAttributes") or {}
        if (about.get("LeaseContractLength"), about.get("PurchaseOption")) == ("1yr", "No Upfront"):
            return next(
                (float(one["pricePerUnit"]["USD"]) for one in term["priceDimensions"].values() if one["unit"] == "Hrs"),
                None,
            )
    return None
