# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Products and their prices, as the Price List Query API answers them, from the table in prices.yml.

https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/using-price-list-query-api.html
"""

from __future__ import annotations

import base64
import functools
import hashlib
import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml
from moto.core.base_backend import BackendDict, BaseBackend
from moto.core.exceptions import ServiceException
from moto.utilities.utils import PARTITION_NAMES

Parameters = dict[str, Any]

TABLE = Path(__file__).parent / "prices.yml"
FORMAT = "aws_v1"
# What every price list calls a price on demand, and the rate in it.
ON_DEMAND, RATE = "JRTCKXETXF", "6YS6EN2CT7"
PUBLISHED = "2025-10-01T00:00:00Z"
LOCATION = {"location": "US East (N. Virginia)", "locationType": "AWS Region", "regionCode": "us-east-1"}
# Of a product in the table, what is no attribute.
NO_ATTRIBUTE = ("price", "prices", "reserved", "unit", "what")
# A year without upfront, the only reservation in the table.
RESERVED = {"LeaseContractLength": "1yr", "OfferingClass": "standard", "PurchaseOption": "No Upfront"}
NO_UPFRONT = "4NA7Y494T4"

# How a filter compares its value with a product's.
FILTERS: dict[str, Callable[[str, str], bool]] = {
    "TERM_MATCH": lambda wanted, value: value.lower() == wanted.lower(),
    "EQUALS": lambda wanted, value: value == wanted,
    "CONTAINS": lambda wanted, value: wanted.lower() in value.lower(),
    "ANY_OF": lambda wanted, value: value in wanted.split(","),
    "NONE_OF": lambda wanted, value: value not in wanted.split(","),
}


class PricingBackend(BaseBackend):
    """There is nothing to change, so all accounts share the table."""

    def describe_services(self, parameters: Parameters) -> Parameters:
        codes = [parameters["ServiceCode"]] if parameters.get("ServiceCode") else sorted(price_list())
        services = [{"ServiceCode": code, "AttributeNames": _attribute_names(_products(code))} for code in codes]
        page, token = _page(services, parameters)
        return {"Services": page, "FormatVersion": FORMAT, **token}

    def get_attribute_values(self, parameters: Parameters) -> Parameters:
        products, name = _products(parameters["ServiceCode"]), parameters["AttributeName"]
        values = sorted({value for product in products if (value := _value(product, name)) is not None})
        if not values:
            raise ServiceException("NotFoundException", f"No attribute {name} was found for the service.")
        page, token = _page([{"Value": value} for value in values], parameters)
        return {"AttributeValues": page, **token}

    def get_products(self, parameters: Parameters) -> Parameters:
        found = _products(parameters["ServiceCode"])
        for one in parameters.get("Filters") or ():
            matches = FILTERS[one["Type"]]
            found = [
                product
                for product in found
                if (value := _value(product, one["Field"])) is not None and matches(one["Value"], value)
            ]
        page, token = _page([json.dumps(product) for product in found], parameters)
        return {"FormatVersion": FORMAT, "PriceList": page, **token}


def _products(code: str) -> list[Parameters]:
    if code not in price_list():
        raise ServiceException("NotFoundException", f"The service code {code} is not found.")
    return price_list()[code]


def _value(product: Parameters, name: str) -> str | None:
    """The value of an attribute, or of what can be asked for like one."""
    beside = {"productFamily": product["product"]["productFamily"], "serviceCode": product["serviceCode"]}
    return {**beside, **product["product"]["attributes"], "sku": product["product"]["sku"]}.get(name)


def _attribute_names(products: list[Parameters]) -> list[str]:
    return sorted({"productFamily", *(name for product in products for name in product["product"]["attributes"])})


def _page(items: list[Any], parameters: Parameters) -> tuple[list[Any], Parameters]:
    try:
        start = int(base64.b64decode(parameters.get("NextToken") or b"MA==", validate=True))
    except ValueError:
        raise ServiceException("InvalidNextTokenException", "The pagination token is invalid.") from None
    end = start + (parameters.get("MaxResults") or 100)
    token = {"NextToken": base64.b64encode(str(end).encode()).decode()} if end < len(items) else {}
    return items[start:end], token


@functools.cache
def price_list() -> dict[str, list[Parameters]]:
    """Every product by service, read once."""
    table = yaml.safe_load(TABLE.read_text())
    return {
        code: [_product(code, family, product) for family in families for product in family["products"]]
        for code, families in table.items()
    }


def _product(code: str, family: Parameters, product: Parameters) -> Parameters:
    own = {name: value for name, value in product.items() if name not in NO_ATTRIBUTE}
    attributes = {"servicecode": code, **LOCATION, **family["attributes"], **own}
    digest = hashlib.sha256(json.dumps(attributes, sort_keys=True).encode()).digest()
    sku = base64.b32encode(digest).decode()[:16]
    term = f"{sku}.{ON_DEMAND}"
    return {
        "product": {"productFamily": family["family"], "attributes": attributes, "sku": sku},
        "serviceCode": code,
        "terms": {
            "OnDemand": {
                term: {
                    "priceDimensions": _dimensions(term, product),
                    "sku": sku,
                    "effectiveDate": PUBLISHED,
                    "offerTermCode": ON_DEMAND,
                    "termAttributes": {},
                }
            },
            **({"Reserved": _reserved(sku, product)} if "reserved" in product else {}),
        },
        "version": PUBLISHED.replace("-", "").replace(":", "").replace("T", "").rstrip("Z"),
        "publicationDate": PUBLISHED,
    }


def _reserved(sku: str, product: Parameters) -> Parameters:
    """A reservation: its term has the price of an hour, billed whether the instance runs or not."""
    term = f"{sku}.{NO_UPFRONT}"
    hourly = {**product, "price": product["reserved"], "what": "per hour with a reservation"}
    return {
        term: {
            "priceDimensions": _dimensions(term, hourly),
            "sku": sku,
            "effectiveDate": PUBLISHED,
            "offerTermCode": NO_UPFRONT,
            "termAttributes": RESERVED,
        }
    }


def _dimensions(term: str, product: Parameters) -> Parameters:
    """One price for each range of use."""
    prices = product.get("prices") or {0: product["price"]}
    begins = sorted(prices)
    dimensions = {}
    for number, (begin, end) in enumerate(zip(begins, [*begins[1:], "Inf"], strict=True)):
        # The first rate has the same code everywhere; those of further ranges are their own.
        rate = f"{term}.{RATE if not number else hashlib.sha256(f'{term}{begin}'.encode()).hexdigest()[:10].upper()}"
        price = f"{Decimal(str(prices[begin])):.10f}"
        dimensions[rate] = {
            "unit": product["unit"],
            "endRange": str(end),
            "description": f"${price.rstrip('0').rstrip('.')} {product['what']}",
            "appliesTo": [],
            "rateCode": rate,
            "beginRange": str(begin),
            "pricePerUnit": {"USD": price},
        }
    return dimensions


pricing_backends = BackendDict(PricingBackend, "pricing", use_boto3_regions=False, additional_regions=PARTITION_NAMES)
