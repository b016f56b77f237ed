# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Scans an environment with an independent scanner (Prowler) and says what has to be done.

Usage: python tools/audit.py [--account] [--region REGION]

Without --account it is production, converged with a domain on an emulator of its own; with it the account the AWS_*
variables of the process name. The scanner has a virtual environment of its own, .venv-audit, as it brings a lot along.
Ends with 1 when a check that counts fails; tests/security says which do and what may be excepted.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import typing as t

import yaml

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tools"), str(ROOT / "tests" / "site")]

import audit_findings

SECURITY = ROOT / "tests" / "security"
SCANNER = ROOT / ".venv-audit"
VERSION = "5.46.0"
DOMAIN = "example.org"
LIMIT = 1800  # seconds
ZONE_KEY = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::123456789012:root"}, "Action": "kms:*", "Resource": "*"},
        {
            "Effect": "Allow",
            "Principal": {"Service": "logs.us-east-1.amazonaws.com"},
            "Action": "kms:*",
            "Resource": "*",
        },
    ],
}


def scanner() -> pathlib.Path:
    """The scanner, installed when it is not there yet."""
    program = SCANNER / "bin" / "prowler"
    if not program.exists():
        print(f"Installing Prowler {VERSION} into {SCANNER.name}, which takes some minutes", flush=True)
        subprocess.run([sys.executable, "-m", "venv", SCANNER], check=True)
        install = [SCANNER / "bin" / "pip", "install", "--quiet", "--no-compile", f"prowler=={VERSION}"]
        subprocess.run(install, check=True)
    return program


@contextlib.contextmanager
def production() -> t.Iterator[dict[str, str]]:
    """Production on an emulator, in an account without the VPC AWS puts there; the variables that lead to it."""
    os.environ.update(MOTO_EC2_LOAD_DEFAULT_AMIS="false", MOTO_IAM_LOAD_MANAGED_POLICIES="true")
    import walks

    from emulator import testing

    with testing.start() as emulator, tempfile.TemporaryDirectory() as directory:
        remove_default_vpc(emulator.client("ec2"))
        make_zone(emulator)
        settings = {
            "platform_domain": DOMAIN,
            "platform_hosted_zone": DOMAIN,
            "monitoring_alarm_subscriptions": [{"protocol": "https", "endpoint": f"https://pager.{DOMAIN}/sdt"}],
        }
        walks.converged(emulator, walks.edited(pathlib.Path(directory), "prod", settings), "sdt-prod")
        confirm(emulator.client("sns"))
        yield testing.environment(emulator.url)


def make_zone(emulator: t.Any) -> None:
    """The zone of the domain, which is the account's and not the platform's, with a log of what it is asked."""
    zone = emulator.client("route53").create_hosted_zone(Name=DOMAIN, CallerReference="audit")["HostedZone"]["Id"]
    key = emulator.client("kms").create_key(Description="Zone", Policy=json.dumps(ZONE_KEY))["KeyMetadata"]["Arn"]
    emulator.client("kms").enable_key_rotation(KeyId=key)
    logs, group = emulator.client("logs"), f"/aws/route53/{DOMAIN}"
    logs.create_log_group(logGroupName=group, kmsKeyId=key)
    logs.put_retention_policy(logGroupName=group, retentionInDays=90)
    arn = logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"][0]["arn"]
    emulator.client("route53").create_query_logging_config(HostedZoneId=zone, CloudWatchLogsLogGroupArn=arn)


def confirm(sns: t.Any) -> None:
    """Follow the link AWS sends to whoever is subscribed."""
    for one in sns.list_subscriptions()["Subscriptions"]:
        asked = {"TopicArn": one["TopicArn"], "Protocol": one["Protocol"], "Endpoint": one["Endpoint"]}
        arn = sns.subscribe(**asked, ReturnSubscriptionArn=True)["SubscriptionArn"]
        sns.confirm_subscription(TopicArn=one["TopicArn"], Token=arn.rpartition(":")[2])


def remove_default_vpc(ec2: t.Any) -> None:
    for vpc in ec2.describe_vpcs(Filters=[{"Name": "is-default", "Values": ["true"]}])["Vpcs"]:
        inside = [{"Name": "vpc-id", "Values": [vpc["VpcId"]]}]
        for subnet in ec2.describe_subnets(Filters=inside)["Subnets"]:
            ec2.delete_subnet(SubnetId=subnet["SubnetId"])
        attached = [{"Name": "attachment.vpc-id", "Values": [vpc["VpcId"]]}]
        for gateway in ec2.describe_internet_gateways(Filters=attached)["InternetGateways"]:
            ec2.detach_internet_gateway(InternetGatewayId=gateway["InternetGatewayId"], VpcId=vpc["VpcId"])
            ec2.delete_internet_gateway(InternetGatewayId=gateway["InternetGatewayId"])
        ec2.delete_vpc(VpcId=vpc["VpcId"])


def scan(
    checks: t.Iterable[str], region: str, environment: t.Mapping[str, str], folder: pathlib.Path
) -> tuple[pathlib.Path, list[str]]:
    """Run the scanner; the file with what it found, and what its log says.

    In a fresh folder, as it appends to a file that is there.
    """
    log = folder / "scanner.log"
    command = [
        str(scanner()),
        *("aws", "--region", region, "--checks", *checks, "--scan-unused-services", "--no-banner"),
        *("--output-formats", "csv", "--output-directory", str(folder), "--output-filename", "scan"),
        *("--config-file", str(SECURITY / "scanner.yml"), "--log-level", "ERROR", "--log-file", str(log)),
        "--ignore-exit-code-3",
    ]
    ran = subprocess.run(command, env={**os.environ, **environment}, capture_output=True, text=True, timeout=LIMIT)
    output = folder / "scan.csv"
    if ran.returncode or not output.exists():
        sys.exit(f"The scanner failed:\n{ran.stdout[-2000:]}{ran.stderr[-2000:]}")
    return output, log.read_text(encoding="utf-8").splitlines() if log.exists() else []


def main() -> int:
    parser = argparse.ArgumentParser(description="Scan an environment with Prowler, and say what has to be done.")
    parser.add_argument("--account", action="store_true", help="the account of the AWS_* variables, not an emulator")
    parser.add_argument("--region", default="us-east-1", help="the region to scan (default: us-east-1)")
    options = parser.parse_args()
    known = audit_findings.checks(SECURITY / "checks.tsv")
    exceptions, absent, unanswered = (
        yaml.safe_load((SECURITY / f"{name}.yml").read_text(encoding="utf-8"))
        for name in ("exceptions", "absent", "unanswered")
    )
    where = contextlib.nullcontext({}) if options.account else production()
    with where as environment, tempfile.TemporaryDirectory() as folder:
        output, log = scan(known, options.region, environment, pathlib.Path(folder))
        found = audit_findings.findings(output)
    judged, wrong = audit_findings.judge(known, found, exceptions, absent)
    wrong += audit_findings.could_not_ask(log, unanswered)
    print(audit_findings.table(judged))
    print("\n".join(["", *wrong]) if wrong else "\nNothing is wrong.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
