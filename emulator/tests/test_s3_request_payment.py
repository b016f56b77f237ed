# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Who pays for requests to a bucket."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError


def test_the_owner_pays_until_told_otherwise(emulator):
    s3 = emulator.client("s3")
    s3.create_bucket(Bucket="sdt-files")
    assert s3.get_bucket_request_payment(Bucket="sdt-files")["Payer"] == "BucketOwner"
    s3.put_bucket_request_payment(Bucket="sdt-files", RequestPaymentConfiguration={"Payer": "Requester"})
    assert s3.get_bucket_request_payment(Bucket="sdt-files")["Payer"] == "Requester"
    with pytest.raises(ClientError, match="NoSuchBucket"):
        s3.get_bucket_request_payment(Bucket="sdt-none")
