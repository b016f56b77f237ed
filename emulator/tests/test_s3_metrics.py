# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Metrics of the requests to a bucket."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

NAME = {"Bucket": "sdt-files", "Id": "EntireBucket"}


def test_request_metrics_are_set_listed_and_removed(emulator):
    s3 = emulator.client("s3")
    s3.create_bucket(Bucket="sdt-files")
    with pytest.raises(ClientError, match="NoSuchConfiguration"):
        s3.get_bucket_metrics_configuration(**NAME)
    s3.put_bucket_metrics_configuration(**NAME, MetricsConfiguration={"Id": "EntireBucket"})
    filtered = {"Id": "uploads", "Filter": {"Prefix": "uploads/"}}
    s3.put_bucket_metrics_configuration(Bucket="sdt-files", Id="uploads", MetricsConfiguration=filtered)
    assert s3.get_bucket_metrics_configuration(**NAME)["MetricsConfiguration"] == {"Id": "EntireBucket"}
    listed = s3.list_bucket_metrics_configurations(Bucket="sdt-files")["MetricsConfigurationList"]
    assert listed == [{"Id": "EntireBucket"}, filtered]
    s3.delete_bucket_metrics_configuration(**NAME)
    with pytest.raises(ClientError, match="NoSuchConfiguration"):
        s3.delete_bucket_metrics_configuration(**NAME)
    with pytest.raises(ClientError, match="InvalidArgument"):
        s3.put_bucket_metrics_configuration(**NAME, MetricsConfiguration={"Id": "other"})
    with pytest.raises(ClientError, match="NoSuchBucket"):
        s3.get_bucket_metrics_configuration(Bucket="sdt-none", Id="EntireBucket")
