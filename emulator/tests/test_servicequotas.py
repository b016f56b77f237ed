# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Service quotas have AWS's default values until they are raised."""

from __future__ import annotations

import pytest

ELASTIC_IPS = {"ServiceCode": "ec2", "QuotaCode": "L-0263D0A3"}


@pytest.fixture
def quotas(emulator):
    return emulator.client("service-quotas")


def test_every_service_lists_its_quotas(quotas):
    for service in quotas.list_services()["Services"]:
        listed = quotas.list_service_quotas(ServiceCode=service["ServiceCode"])["Quotas"]
        assert listed
        for quota in listed:
            assert (
                quotas.get_service_quota(ServiceCode=quota["ServiceCode"], QuotaCode=quota["QuotaCode"])["Quota"]
                == quota
            )


def test_a_raised_quota_counts_in_its_region_only(emulator, quotas):
    assert quotas.get_service_quota(**ELASTIC_IPS)["Quota"]["Value"] == 5
    quotas.request_service_quota_increase(**ELASTIC_IPS, DesiredValue=20)
    assert quotas.get_service_quota(**ELASTIC_IPS)["Quota"]["Value"] == 20
    assert quotas.get_aws_default_service_quota(**ELASTIC_IPS)["Quota"]["Value"] == 5
    elsewhere = emulator.client("service-quotas", region="eu-west-1")
    assert elsewhere.get_service_quota(**ELASTIC_IPS)["Quota"]["Value"] == 5
    with pytest.raises(quotas.exceptions.IllegalArgumentException):
        quotas.request_service_quota_increase(**ELASTIC_IPS, DesiredValue=10)


def test_unknown_quotas_are_refused(quotas):
    for call, parameters in (
        (quotas.get_service_quota, {"ServiceCode": "ec2", "QuotaCode": "L-00000000"}),
        (quotas.list_service_quotas, {"ServiceCode": "nothing"}),
    ):
        with pytest.raises(quotas.exceptions.NoSuchResourceException):
            call(**parameters)
