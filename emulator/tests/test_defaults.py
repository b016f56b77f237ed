# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""An account nobody has touched says so."""

from __future__ import annotations

import pytest


def test_nothing_is_blocked_or_set_for_ec2(emulator):
    ec2 = emulator.client("ec2")
    assert ec2.get_snapshot_block_public_access_state()["State"] == "unblocked"
    assert ec2.get_image_block_public_access_state()["ImageBlockPublicAccessState"] == "unblocked"
    assert ec2.get_instance_metadata_defaults()["AccountLevel"] == {}
    assert ec2.describe_client_vpn_endpoints()["ClientVpnEndpoints"] == []


def test_there_is_no_organization(emulator):
    iam = emulator.client("iam")
    with pytest.raises(iam.exceptions.OrganizationNotFoundException):
        iam.list_organizations_features()


def test_rds_has_certificate_authorities(emulator):
    rds = emulator.client("rds")
    assert len(rds.describe_certificates()["Certificates"]) == 3
    (one,) = rds.describe_certificates(CertificateIdentifier="rds-ca-rsa2048-g1")["Certificates"]
    assert one["CertificateArn"] == "arn:aws:rds:us-east-1::cert:rds-ca-rsa2048-g1"
    assert one["ValidTill"].year == 2061
    with pytest.raises(rds.exceptions.ClientError, match="CertificateNotFound"):
        rds.describe_certificates(CertificateIdentifier="rds-ca-2015")


def test_rds_says_until_when_versions_are_supported(emulator):
    rds = emulator.client("rds")
    assert len(rds.describe_db_major_engine_versions(Engine="postgres")["DBMajorEngineVersions"]) == 6
    asked = {"Engine": "postgres", "MajorEngineVersion": "15"}
    (version,) = rds.describe_db_major_engine_versions(**asked)["DBMajorEngineVersions"]
    (standard,) = version["SupportedEngineLifecycles"]
    assert standard["LifecycleSupportEndDate"].year == 2028
