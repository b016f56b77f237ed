# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Settings of an account nobody has touched, which moto does not know, as AWS tells them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from moto.core.exceptions import ServiceException
from moto.ec2.responses import EC2Response
from moto.iam.responses import IamResponse
from moto.rds.responses import RDSResponse

from emulator.mend.rds.catalog import AUTHORITIES, SUPPORT_ENDS
from emulator.registry import operation

# https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.SSL.html
FROM, TILL = datetime(2021, 5, 25, tzinfo=UTC), datetime(2061, 5, 25, tzinfo=UTC)


@operation(EC2Response)
def get_snapshot_block_public_access_state(self: EC2Response, parameters: dict[str, Any]) -> dict[str, Any]:
    return {"State": "unblocked"}


@operation(EC2Response)
def get_image_block_public_access_state(self: EC2Response, parameters: dict[str, Any]) -> dict[str, Any]:
    return {"ImageBlockPublicAccessState": "unblocked"}


@operation(EC2Response)
def get_instance_metadata_defaults(self: EC2Response, parameters: dict[str, Any]) -> dict[str, Any]:
    return {"AccountLevel": {}}


@operation(EC2Response)
def describe_client_vpn_endpoints(self: EC2Response, parameters: dict[str, Any]) -> dict[str, Any]:
    return {"ClientVpnEndpoints": []}


@operation(IamResponse)
def list_organizations_features(self: IamResponse, parameters: dict[str, Any]) -> dict[str, Any]:
    raise ServiceException(
        "OrganizationNotFoundException",
        "The request was rejected because no organization is associated with your account.",
    )


@operation(RDSResponse)
def describe_certificates(self: RDSResponse, parameters: dict[str, Any]) -> dict[str, Any]:
    wanted = parameters.get("CertificateIdentifier")
    if wanted and wanted not in AUTHORITIES:
        raise ServiceException("CertificateNotFound", f"Certificate {wanted} not found.")
    return {
        "Certificates": [
            {
                "CertificateIdentifier": name,
                "CertificateType": "CA",
                "CertificateArn": f"arn:{self.partition}:rds:{self.region}::cert:{name}",
                "ValidFrom": FROM,
                "ValidTill": TILL,
                "CustomerOverride": False,
            }
            for name in AUTHORITIES
            if wanted in (None, name)
        ]
    }


@operation(RDSResponse)
def describe_db_major_engine_versions(self: RDSResponse, parameters: dict[str, Any]) -> dict[str, Any]:
    if parameters.get("Engine", "postgres") != "postgres":
        return {"DBMajorEngineVersions": []}
    return {
        "DBMajorEngineVersions": [
            {
                "Engine": "postgres",
                "MajorEngineVersion": major,
                "SupportedEngineLifecycles": [
                    {
                        "LifecycleSupportName": "open-source-rds-standard-support",
                        "LifecycleSupportEndDate": datetime.fromisoformat(f"{ends}T23:59:59+00:00"),
                    }
                ],
            }
            for major, ends in SUPPORT_ENDS.items()
            if parameters.get("MajorEngineVersion") in (None, major)
        ]
    }
