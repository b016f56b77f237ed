# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Prints what there is of the frontend, read with boto3 and not with our modules."""

import json

import boto3


def main() -> None:
    session = boto3.session.Session(region_name="us-east-1")
    amplify, route53, iam = (session.client(name) for name in ("amplify", "route53", "iam"))
    apps = amplify.list_apps()["apps"]
    branches = [branch for app in apps for branch in amplify.list_branches(appId=app["appId"])["branches"]]
    found = [amplify.list_domain_associations(appId=app["appId"]) for app in apps]
    domains = [one for answer in found for one in answer["domainAssociations"]]
    records = [
        one["Name"]
        for zone in route53.list_hosted_zones()["HostedZones"]
        for one in route53.list_resource_record_sets(HostedZoneId=zone["Id"])["ResourceRecordSets"]
        if one["Type"] not in ("NS", "SOA")
    ]
    found = {
        "apps": apps,
        "branches": {branch["branchName"]: branch for branch in branches},
        "domains": [one["domainName"] for one in domains],
        "records": records,
        "roles": [one["RoleName"] for one in iam.list_roles()["Roles"]],
    }
    print(json.dumps(found, default=str))


if __name__ == "__main__":
    main()
