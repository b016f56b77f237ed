# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What stands in the way of a run of the whole site: AWS is busy with a resource, or something is used up, taken or
not to be had.

The run waits, or says what it is and what to do; and once it is out of the way, the same command ends it.
"""

from __future__ import annotations

import threading
import time
import typing as t

import pytest
from runs import Run, playbook, register_images
from walks import converged, edited, nothing_to_do, operations, site

DATABASE = "sdt-dev-postgres"
SECONDS = 4  # for which AWS is busy; runs meet it there
Busy = t.Callable[[t.Any], t.Any]

# state -> what brings the database into it
BUSY: dict[str, Busy] = {
    "backing-up": lambda rds: rds.create_db_snapshot(DBSnapshotIdentifier="by-hand", DBInstanceIdentifier=DATABASE),
    "modifying": lambda rds: rds.modify_db_instance(
        DBInstanceIdentifier=DATABASE, DBInstanceClass="db.t3.small", ApplyImmediately=True
    ),
    "rebooting": lambda rds: rds.reboot_db_instance(DBInstanceIdentifier=DATABASE),
    "deleting": lambda rds: rds.delete_db_instance(DBInstanceIdentifier=DATABASE, SkipFinalSnapshot=True),
}


@pytest.mark.long
@pytest.mark.parametrize("state", BUSY)
def test_a_database_aws_works_on_is_waited_for(emulator: t.Any, state: str) -> None:
    converged(emulator, "dev", "sdt-dev")
    emulator.times(kinds={f"rds.instance.{state}": SECONDS, "rds.snapshot.creating": SECONDS})
    rds = emulator.client("rds")

    def database() -> dict[str, t.Any]:
        return dict(rds.describe_db_instances(DBInstanceIdentifier=DATABASE)["DBInstances"][0])

    BUSY[state](rds)
    wait_for(lambda: database()["DBInstanceStatus"] == state)  # AWS shows it some time after it was asked
    size = "db.t3.small" if state == "modifying" else "db.t3.micro"
    wanted = ("-e", "rds_backup_retention_days=9", "-e", f"rds_instance_class={size}")
    site(emulator, "dev", *wanted).must_succeed()
    found = database()
    assert (found["DBInstanceStatus"], found["BackupRetentionPeriod"]) == ("available", 9)
    nothing_to_do(emulator, "dev", *wanted)


@pytest.mark.long
def test_a_run_while_a_release_is_going_on_is_told_and_the_release_goes_on(emulator: t.Any) -> None:
    converged(emulator, "dev", "sdt-dev")
    register_images(emulator, "sdt-dev", "2.0")
    emulator.times(kinds={"ecs.task.pending": 4 * SECONDS})
    ended: list[Run] = []
    release = threading.Thread(
        target=lambda: ended.append(
            playbook(emulator.url, "playbooks/deploy.yml", "dev", "-e", "service=auth-service", "-e", "image_tag=2.0")
        )
    )
    release.start()
    wait_for(lambda: "UpdateService" in [one["operation"] for one in emulator.requests()])
    refused = site(emulator, "dev")
    assert refused.returncode != 0 and "is locked by" in refused.failures[0] and "deploy 2.0" in refused.failures[0]
    release.join()
    assert ended[0].returncode == 0, ended[0].failures
    nothing_to_do(emulator, "dev")


def wait_for(what: t.Callable[[], bool]) -> None:
    until = time.monotonic() + 60
    while not what():
        assert time.monotonic() < until, "it never happened"
        time.sleep(0.2)


@pytest.mark.long
def test_a_quota_that_is_used_up_is_named_before_anything_is_made(emulator: t.Any) -> None:
    ec2 = emulator.client("ec2")
    theirs = [ec2.create_vpc(CidrBlock=f"172.{number}.0.0/16")["Vpc"]["VpcId"] for number in range(16, 20)]
    emulator.clear()
    refused = site(emulator, "dev")
    assert refused.returncode != 0 and operations(emulator) == []
    assert "VPC" in refused.failures[0] and "quota" in refused.failures[0].lower()
    ec2.delete_vpc(VpcId=theirs[0])
    site(emulator, "dev").must_succeed()


@pytest.mark.long
def test_a_bucket_name_others_have_is_named_and_can_be_changed(emulator: t.Any) -> None:
    role = emulator.client("sts").assume_role(RoleArn="arn:aws:iam::222222222222:role/x", RoleSessionName="theirs")
    theirs = {
        "aws_access_key_id": role["Credentials"]["AccessKeyId"],
        "aws_secret_access_key": role["Credentials"]["SecretAccessKey"],
        "aws_session_token": role["Credentials"]["SessionToken"],
    }
    emulator.client("s3", **theirs).create_bucket(Bucket="sdt-dev-user-uploads-123456789012")
    emulator.clear()
    refused = site(emulator, "dev")
    assert refused.returncode != 0 and operations(emulator) == []
    assert "sdt-dev-user-uploads-123456789012" in refused.failures[0] and "s3_name" in refused.failures[0]


@pytest.mark.long
def test_a_secret_in_its_recovery_window_is_taken_back(emulator: t.Any) -> None:
    converged(emulator, "dev", "sdt-dev")
    secrets = emulator.client("secretsmanager")
    (name,) = [one["Name"] for one in secrets.list_secrets()["SecretList"] if "database" in one["Name"]][:1]
    before = secrets.get_secret_value(SecretId=name)["SecretString"]
    secrets.delete_secret(SecretId=name, RecoveryWindowInDays=7)
    site(emulator, "dev").must_succeed()
    assert secrets.get_secret_value(SecretId=name)["SecretString"] == before
    nothing_to_do(emulator, "dev")


@pytest.mark.long
def test_a_class_rds_does_not_offer_in_two_zones_is_named(emulator: t.Any) -> None:
    refused = site(emulator, "dev", "-e", "rds_instance_class=db.x2iedn.32xlarge")
    assert refused.returncode != 0 and operations(emulator) == []
    assert "db.x2iedn.32xlarge" in refused.failures[0] and "rds_instance_class" in refused.failures[0]


@pytest.mark.long
def test_a_certificate_nobody_validates_is_told_and_the_site_works_without(emulator: t.Any, tmp_path: t.Any) -> None:
    inventory = edited(tmp_path, "dev", {"platform_domain": "app.example.org"})
    done = site(emulator, inventory).must_succeed()
    assert any("app.example.org" in one and "CNAME" in one for one in done.pending), done.pending
    nothing_to_do(emulator, inventory)


@pytest.mark.long
def test_a_service_that_never_becomes_healthy_is_named_and_the_rest_is_built(emulator: t.Any) -> None:
    register_images_of(emulator)
    emulator.tasks(family="sdt-dev-auth-service", exitCodes=1)
    failed = site(emulator, "dev", "-e", "ecs_platform_wait_timeout=30")
    assert failed.returncode != 0
    said = " ".join(failed.failures)
    assert "auth-service" in said and "exit code 1" in said, said
    emulator.forget_tasks()
    site(emulator, "dev").must_succeed()
    nothing_to_do(emulator, "dev")


def register_images_of(emulator: t.Any) -> None:
    """Build once without images, then push them, so that the next run starts tasks."""
    site(emulator, "dev").must_succeed()
    register_images(emulator, "sdt-dev")
