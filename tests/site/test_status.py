# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One screen says how an environment is doing, and what is not as it should be."""

from __future__ import annotations

import json
import pathlib
import time
import typing as t

import pytest
from runs import Run, playbook, register_images
from walks import operations


@pytest.fixture
def converged(emulator: t.Any) -> t.Any:
    playbook(emulator.url, "site.yml", "dev").must_succeed()
    register_images(emulator, "sdt-dev", "1.0")
    playbook(emulator.url, "site.yml", "dev").must_succeed()
    emulator.clear()
    return emulator


def status(emulator: t.Any, *arguments: str) -> Run:
    run = playbook(emulator.url, "playbooks/status.yml", "dev", *arguments)
    assert operations(emulator) == [], "it only reads"
    return run


@pytest.mark.long
def test_what_is_wrong_is_said(converged: t.Any, tmp_path: pathlib.Path) -> None:
    file, page = tmp_path / "deep" / "status.json", tmp_path / "deep" / "status.html"
    status(
        converged, "-e", f"status_file={file}", "-e", f"status_page={page}", "-e", "status_exit_code=2"
    ).must_succeed()
    report = json.loads(file.read_text())
    assert (report["ok"], report["findings"], report["account"]) == (True, [], "123456789012")
    rows = {section["title"].split(" ")[0]: section["rows"] for section in report["sections"]}
    assert set(rows) == {"Services", "Alarms", "Database", "Frontend", "Lock"}
    service = next(one for one in rows["Services"] if one["service"] == "auth-service")
    assert (service["running"], service["image"], service["rollout"]) == ("1 of 1", "auth-service:1.0", "COMPLETED")
    assert service["targets"] == "1 of 1 healthy"
    assert [one["database"] for one in rows["Database"]] == ["sdt-dev-postgres"]
    assert rows["Database"][0]["status"] == "available" and rows["Alarms"] == []
    assert "site" in rows["Lock"][0]["who"]
    assert "Nothing is wrong." in page.read_text() and "auth-service:1.0" in page.read_text()

    # Each fault is found, and the exit code says that there are some.
    time.sleep(1.1)  # secrets and tasks know whole seconds
    secrets = converged.client("secretsmanager")
    value = secrets.get_secret_value(SecretId="sdt-dev/database")["SecretString"]
    secrets.put_secret_value(
        SecretId="sdt-dev/database", SecretString=json.dumps({**json.loads(value), "password": "planted-1"})
    )
    cloudwatch = converged.client("cloudwatch")
    known = cloudwatch.describe_alarms(AlarmNamePrefix="sdt-dev-auth-service-")["MetricAlarms"]
    alarm = known[0]["AlarmName"]
    cloudwatch.set_alarm_state(AlarmName=alarm, StateValue="ALARM", StateReason="<b>too</b> slow")
    converged.client("rds").stop_db_instance(DBInstanceIdentifier="sdt-dev-postgres")
    converged.client("ecs").update_service(
        cluster="sdt-dev", service="sandbox-runner", taskDefinition=_broken(converged), forceNewDeployment=True
    )
    playbook(converged.url, "playbooks/lock.yml", "dev", "-e", "lock_action=take", "-e", "reason=repair").must_succeed()
    converged.clear()
    broken = status(converged, "-e", f"status_file={file}", "-e", f"status_page={page}", "-e", "status_exit_code=2")
    assert broken.returncode == 2, broken.output
    said = "\n".join(json.loads(file.read_text())["findings"])
    assert "1 of 1 tasks of auth-service run with an old value of the secret sdt-dev/database" in said
    assert "sandbox-runner run with an old value" not in said, "it uses no database"
    assert f"Alarm {alarm} is ringing: <b>too</b> slow." in said
    assert "Database sdt-dev-postgres is stopp" in said
    assert "sandbox-runner" in said
    assert "repair" in json.dumps(json.loads(file.read_text())["sections"])
    assert "<b>too" not in page.read_text() and "&lt;b&gt;too" in page.read_text()
    assert "planted-1" not in broken.output + file.read_text() + page.read_text()

    # What does not exist is said, not stumbled over.
    for name in ("auth-service", "content-service", "submission-service", "sandbox-runner"):
        converged.client("ecs").delete_service(cluster="sdt-dev", service=name, force=True)
    amplify = converged.client("amplify")
    amplify.delete_app(appId=amplify.list_apps()["apps"][0]["appId"])
    converged.clear()
    status(converged, "-e", f"status_file={file}").must_succeed()
    said = "\n".join(json.loads(file.read_text())["findings"])
    assert "auth-service is DRAINING" in said or "Cluster sdt-dev has no services." in said
    assert "Amplify app sdt-dev-frontend does not exist." in said


def _broken(emulator: t.Any) -> str:
    """A revision of sandbox-runner whose image does not exist."""
    ecs = emulator.client("ecs")
    running = ecs.describe_services(cluster="sdt-dev", services=["sandbox-runner"])["services"][0]["taskDefinition"]
    found = ecs.describe_task_definition(taskDefinition=running)["taskDefinition"]
    accepted = ecs.meta.service_model.operation_model("RegisterTaskDefinition").input_shape.members
    given = {name: value for name, value in found.items() if name in accepted}
    for one in given["containerDefinitions"]:
        if one["name"] == "sandbox-runner":
            one["image"] = one["image"].rpartition(":")[0] + ":missing"
    return ecs.register_task_definition(**given)["taskDefinition"]["taskDefinitionArn"]
