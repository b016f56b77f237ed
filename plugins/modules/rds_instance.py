#!/usr/bin/python
# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: rds_instance
version_added: 0.1.0
short_description: Manage an RDS database or a read replica of one
description:
  - Creates, changes and deletes an RDS instance; with O(source) it is a read replica.
  - What AWS moves on by itself is left alone, a newer engine version and grown storage are never taken back.
  - Changes that wait for the maintenance window count as made; RV(pending) tells which, until when, and
    RV(instance.pending_changes) what runs until then.
  - A stopped database is not changed, because AWS refuses that; RV(pending) tells what waits until it is started.
  - See U(https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.DBInstance.html).
author: SDT platform engineering (@sdt)
options:
  name:
    description: Identifier of the instance, up to 63 characters. AWS keeps it in lower case.
    type: str
  engine:
    description: Database engine. AWS cannot change it later.
    type: str
    choices: [postgres, mysql, mariadb]
    default: postgres
  engine_version:
    description:
      - The least version, such as V(15) or V(15.4). At creation the newest version of that major version is taken that
        RDS offers for O(instance_class).
      - A database that runs this version or a newer one is left alone; an older one is upgraded. There is no way back.
      - A replica starts with the version of its source.
    type: str
  allow_major_version_upgrade:
    description:
      - Whether O(engine_version) may lead to the next major version.
      - O(parameter_group) then has to be one of the new family, if it is not one of AWS.
    type: bool
    default: false
  instance_class:
    description:
      - Compute and memory, such as V(db.r6g.large). Required at creation, except for a replica.
      - A new class means a restart, or one failover with O(multi_az).
      - Before it is used, the module checks that the zones of the subnet group have it.
    type: str
  source:
    description:
      - Name of the database this one replicates, or its ARN when it is in another region. AWS cannot change it later.
      - The source needs automated backups, and its password must not be managed by RDS.
    type: str
  database_name:
    description: Database to create in the new instance. AWS cannot change it later.
    type: str
  credentials_secret:
    description:
      - Name or ARN of the secret whose keys C(username) and C(password) become the master user at creation.
      - The module reads them itself, so they never pass through variables, results or logs.
      - In check mode the secret may be missing.
    type: str
  manage_master_user_password:
    description:
      - Whether RDS itself makes, keeps and rotates the password of the master user, in a secret of its own.
      - The user is then C(username) of O(credentials_secret), or O(master_username). Read replicas are not possible.
    type: bool
  master_username:
    description:
      - Name of the master user, when O(manage_master_user_password) is true. AWS cannot change it later.
    type: str
  port:
    description: TCP port. Changing it restarts the database.
    type: int
  allocated_storage:
    description:
      - Storage in GiB. It can only grow; more than asked is left alone. Required at creation, except for a replica.
      - AWS allows the next change of storage after six hours.
    type: int
  max_allocated_storage:
    description: Storage in GiB up to which RDS may grow it by itself; V(0) means it may not.
    type: int
  storage_type:
    description: Type of the storage.
    type: str
    choices: [gp2, gp3, io1, io2, standard]
  iops:
    description:
      - I/O operations in a second, for V(io1) and V(io2), and for V(gp3) from 400 GiB on.
      - Below 400 GiB a database on gp3 always has 3000; AWS refuses a value there, and so does the module.
      - V(0) is as good as left out.
    type: int
  storage_throughput:
    description: Throughput in MiB/s, for O(storage_type=gp3) from 400 GiB on. V(0) is as good as left out.
    type: int
  storage_encrypted:
    description: Whether storage, snapshots and backups are encrypted. AWS cannot change it later.
    type: bool
    default: true
  kms_key:
    description:
      - ARN, id or alias of the KMS key for the storage, the key of AWS (C(aws/rds)) when left out.
      - AWS cannot change it later. A replica in another region needs a key of that region.
    type: str
  multi_az:
    description: Whether a standby in another availability zone takes over when the first one fails.
    type: bool
  availability_zone:
    description: Zone to create the instance in. It is not compared later, because every failover changes it.
    type: str
  subnet_group:
    description: The RDS subnet group. AWS cannot change it later within a VPC. A replica has that of its source.
    type: str
  security_groups:
    description: Security groups by name or id.
    type: list
    elements: str
  publicly_accessible:
    description: Whether the instance gets a public address.
    type: bool
    default: false
  network_type:
    description: Whether it is reached by IPv4 only or by IPv6 as well.
    type: str
    choices: [IPV4, DUAL]
  parameter_group:
    description: The parameter group. Its static parameters wait for a restart, which RV(pending) tells.
    type: str
  ca_certificate:
    description: The certificate authority of the server certificate, such as V(rds-ca-rsa2048-g1).
    type: str
  iam_authentication:
    description: Whether IAM users and roles may log in with a token.
    type: bool
  backup_retention_days:
    description: Days automated backups are kept, from 1 to 35; V(0) turns them and point-in-time recovery off.
    type: int
  backup_window:
    description: Daily time of the backup in UTC, at least 30 minutes, such as V(03:00-04:00).
    type: str
  maintenance_window:
    description: Weekly time of maintenance in UTC, at least 30 minutes, such as V(sun:04:30-sun:05:30).
    type: str
  copy_tags_to_snapshot:
    description: Whether snapshots get the tags of the instance.
    type: bool
  auto_minor_version_upgrade:
    description: Whether AWS may upgrade to newer minor versions in the maintenance window.
    type: bool
  engine_lifecycle_support:
    description:
      - Whether the instance may run, at a price, after the standard support of its engine has ended.
      - What AWS does without this option is V(open-source-rds-extended-support).
    type: str
    choices: [open-source-rds-extended-support, open-source-rds-extended-support-disabled]
  deletion_protection:
    description: Whether AWS and this module refuse to delete the instance.
    type: bool
  monitoring_interval:
    description: Seconds between two values of Enhanced Monitoring; V(0) turns it off.
    type: int
    choices: [0, 1, 5, 10, 15, 30, 60]
  monitoring_role:
    description: Name or ARN of the role Enhanced Monitoring writes with; required with a O(monitoring_interval).
    type: str
  log_exports:
    description: Logs to send to CloudWatch Logs, such as V(postgresql) and V(upgrade). An empty list stops all.
    type: list
    elements: str
  performance_insights:
    description: Whether the load of the database is recorded.
    type: bool
  performance_insights_retention_days:
    description: Days the load is kept; 7, a multiple of 31, or 731. V(0) is as good as left out.
    type: int
  database_insights_mode:
    description: Level of CloudWatch Database Insights. V(advanced) needs the load of 465 days.
    type: str
    choices: [standard, advanced]
  apply_immediately:
    description:
      - Whether changes that restart or slow down the database are made now, and not in the maintenance window.
      - Changes that wait already are then made now, too.
    type: bool
    default: false
  promoted:
    description:
      - Whether a read replica becomes a database of its own, which is for good. It takes some minutes and a restart; what its source had not
        replicated yet is lost to it.
      - See U(https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ReadRepl.Promote.html).
    type: bool
    default: false
  running:
    description:
      - V(false) stops the instance, V(true) starts it; left out, it is left as it is.
      - AWS starts what was stopped for a week by itself, and stops nothing that has read replicas. What is stopped cannot be changed.
      - See U(https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_StopInstance.html).
    type: bool
  former_name:
    description:
      - The identifier the instance may still have. An instance of this name gets O(name) while there is none of that name yet.
      - Its address changes with it, at once and with an interruption; its read replicas stay with it.
      - See U(https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_RenameInstance.html).
    type: str
  restore:
    description:
      - Makes an instance that does not exist out of a backup. One that exists is left as it is.
      - Everything else that is given here holds for it as for any new instance, but for what comes with the backup
        (C(allocated_storage), C(database_name), C(engine), C(engine_version), C(kms_key), C(storage_encrypted)); the password becomes that of
        O(credentials_secret).
      - See U(https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIT.html).
    type: dict
    suboptions:
      snapshot:
        description: Name of a snapshot. Either this or O(restore.source).
        type: str
      source:
        description: Name of the instance whose automated backups are used.
        type: str
      time:
        description: The moment to go back to, such as V(2026-11-29T20:30:00Z), UTC where no zone is said; V(latest) is the latest there is.
        type: str
        default: latest
  final_snapshot:
    description:
      - Whether a snapshot named C(<name>-final-<date and time>) is made before the instance is deleted.
      - A replica never gets one.
    type: bool
    default: true
  delete_automated_backups:
    description: Whether deleting the instance deletes its automated backups, too, instead of keeping them for their time.
    type: bool
    default: false
  wait_timeout:
    description: How long to wait, in seconds. A large database takes long to create, change or snapshot.
    type: int
    default: 3600
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - sdt.infra.resource
  - sdt.infra.resource.lock
  - sdt.infra.resource.connection
  - sdt.infra.resource.state
  - sdt.infra.resource.tags
  - sdt.infra.resource.wait
"""

EXAMPLES = r"""
- name: Start making the database, and go on
  sdt.infra.rds_instance:
    name: sdt-prod-postgres
    engine_version: "15"
    instance_class: db.r5.large
    allocated_storage: 100
    max_allocated_storage: 500
    storage_type: gp3
    multi_az: true
    subnet_group: sdt-prod
    security_groups: [sdt-prod-database]
    credentials_secret: sdt-prod/database
    backup_retention_days: 30
    deletion_protection: true
    wait: false

- name: Add a read replica
  sdt.infra.rds_instance:
    name: sdt-prod-postgres-replica
    source: sdt-prod-postgres
    instance_class: db.r5.large
    storage_type: gp3
    security_groups: [sdt-prod-database]

- name: Change the class now and not in the maintenance window
  sdt.infra.rds_instance:
    name: sdt-prod-postgres
    instance_class: db.r6g.large
    apply_immediately: true

- name: Bring back what was there at half past eight, beside the database
  sdt.infra.rds_instance:
    name: sdt-prod-postgres-restored
    restore:
      source: sdt-prod-postgres
      time: "2026-11-29T20:30:00Z"
    instance_class: db.r5.large
    subnet_group: sdt-prod
    security_groups: [sdt-prod-database]
    parameter_group: sdt-prod-postgres15
    multi_az: true
    credentials_secret: sdt-prod/database

- name: Remove the database, with a final snapshot
  sdt.infra.rds_instance:
    name: sdt-prod-postgres
    state: absent
"""

RETURN = r"""
instance:
  description: The instance. Missing when O(each) is used; see RV(resources).
  returned: when a single instance is managed
  type: dict
  contains:
    address:
      description: DNS name to connect to; missing until AWS has made the instance.
      type: str
      sample: sdt-prod-postgres.abcdefghijkl.us-east-1.rds.amazonaws.com
    allocated_storage:
      description: Storage in GiB.
      type: int
    arn:
      description: ARN of the instance.
      type: str
      sample: arn:aws:rds:us-east-1:123456789012:db:sdt-prod-postgres
    engine_version:
      description: Version of the engine.
      type: str
      sample: "15.17"
    instance_class:
      description: Compute and memory.
      type: str
      sample: db.r5.large
    managed_secret_arn:
      description: ARN of the secret RDS keeps, with O(manage_master_user_password).
      type: str
    name:
      description: Identifier of the instance.
      type: str
    pending_changes:
      description: Settings that AWS changes later, a map from the option to what runs until then (C(now)) and after (C(then)).
      type: dict
      sample: {"instance_class": {"now": "db.t3.micro", "then": "db.t3.small"}}
    port:
      description: TCP port.
      type: int
      sample: 5432
    replicas:
      description: Names of its read replicas.
      type: list
      elements: str
    resource_id:
      description: Id that stays when the instance is renamed.
      type: str
      sample: db-ABCDEFGHIJKLMNOPQRSTUVWXYZ
    source:
      description: Name of the database it replicates.
      type: str
    status:
      description: What AWS says it is doing.
      type: str
      sample: available
resources:
  description: Every managed instance by its name, with the keys of RV(instance).
  returned: always
  type: dict
pending:
  description: What waits for the maintenance window, a restart or a start of the database, one sentence each.
  returned: when something waits
  type: list
  elements: str
actions:
  description: What was done, or would be done in check mode; one entry for each changed resource.
  returned: always
  type: list
  elements: dict
  sample: [{"action": "update", "kind": "instance", "name": "sdt-prod-postgres", "fields": ["instance_class"]}]
"""

import json
import typing as t
from datetime import UTC, datetime

from ansible_collections.sdt.infra.plugins.module_utils import _rds_restore, _tags
from ansible_collections.sdt.infra.plugins.module_utils._compare import State, satisfied
from ansible_collections.sdt.infra.plugins.module_utils._errors import InfraError, NotFound
from ansible_collections.sdt.infra.plugins.module_utils._loop import run
from ansible_collections.sdt.infra.plugins.module_utils._rds import (
    RdsResource,
    instance_of,
    major,
    newest_orderable,
    numeric,
    orderable,
    upgrade_target,
)
from ansible_collections.sdt.infra.plugins.module_utils._rds_instance import QUEUED, SAME, described, running
from ansible_collections.sdt.infra.plugins.module_utils._reference import resolve, resolve_all

# Options of which a request has the name; some it describes under another one.
_REQUEST = {
    **SAME,
    "iam_authentication": "EnableIAMDatabaseAuthentication",
    "manage_master_user_password": "ManageMasterUserPassword",
    "max_allocated_storage": "MaxAllocatedStorage",
    "parameter_group": "DBParameterGroupName",
    "performance_insights": "EnablePerformanceInsights",
    "security_groups": "VpcSecurityGroupIds",
}
_CREATE = {
    **_REQUEST,
    "availability_zone": "AvailabilityZone",
    "database_name": "DBName",
    "engine": "Engine",
    "kms_key": "KmsKeyId",
    "log_exports": "EnableCloudwatchLogsExports",
    "port": "Port",
    "storage_encrypted": "StorageEncrypted",
    "subnet_group": "DBSubnetGroupName",
}
_MODIFY = {**_REQUEST, "port": "DBPortNumber"}
# What a replica has from its source, and what it can be given only once it exists.
_FROM_SOURCE = frozenset(
    {"database_name", "engine", "engine_version", "manage_master_user_password", "storage_encrypted", "subnet_group"}
)
_RESTARTING = frozenset({"ca_certificate", "engine_version", "instance_class", "port"})
_STORAGE = frozenset({"allocated_storage", "iops", "storage_throughput", "storage_type"})
_REPLICA_LATER = frozenset({"backup_retention_days", "backup_window", "engine_lifecycle_support", "maintenance_window"})

_WITH_PROMOTION = ("backup_retention_days", "backup_window")
_ZERO_IS_NONE = frozenset({"iops", "performance_insights_retention_days", "storage_throughput"})
_STORAGE = frozenset({"allocated_storage", "iops", "storage_throughput", "storage_type"})
_GP3_STEP = 400  # GiB from which gp3 is striped, and its IOPS and throughput can be chosen

# Statuses in which nothing of what was asked is under way any more.
_SETTLED = frozenset(
    {"available", "stopped", "storage-full", "storage-initialization", "storage-optimization", "storage-config-upgrade"}
)
_STOPPED = frozenset({"stopped", "stopping"})
_UNCHANGEABLE = _STOPPED | {"creating"}
_NO_SNAPSHOT = frozenset({"failed", "incompatible-network", "incompatible-restore"})  # no final snapshot in these
_FAILED = _NO_SNAPSHOT | {
    "inaccessible-encryption-credentials",
    "inaccessible-encryption-credentials-recoverable",
    "incompatible-create",
    "incompatible-option-group",
    "incompatible-parameters",
    "insufficient-capacity",
    "restore-error",
}
_BUSY = ("InvalidDBInstanceState",)


class Instance(RdsResource):
    kind = "RDS instance"
    key = "instance"
    holds_data = True
    serves = True
    fields = (
        *_CREATE,
        "source",
        "identifier",
        "promoted",
        "running",
    )
    create_only = frozenset({"database_name", "engine", "kms_key", "source", "storage_encrypted", "subnet_group"})
    initial = frozenset({"availability_zone"})
    computed = ("arn", "address", "resource_id")
    poll_seconds = 15.0

    _exists = False
    _held: tuple[str, ...] = ()  # what differs, but cannot be changed while it is stopped or being created
    _queued: tuple[str, ...] = ()  # what differs, and waits for the maintenance window

    # -- reading --------------------------------------------------------------------------------------------------

    def find(self) -> State | None:
        former = self.options.get("former_name")
        instance = instance_of(self.aws, self.name) or (instance_of(self.aws, former) if former else None)
        self._exists = instance is not None and instance["DBInstanceStatus"] != "deleting"
        if instance is None:
            return None
        state = {**described(instance), "identifier": instance["DBInstanceIdentifier"]}
        state["promoted"] = not state["source"]
        state["running"] = state["status"] not in _STOPPED
        if state["port"] is None:  # AWS tells it once the instance has an endpoint
            state["port"] = self.options.get("port")
        return state

    def ready(self, state: State) -> bool:
        if state["status"] in _FAILED:
            raise InfraError(
                f"RDS instance {self.name} is {state['status']}. Its events say why: "
                f"'aws rds describe-events --source-type db-instance --source-identifier {self.name}'."
            )
        # Just after a request with apply_immediately the status still is what it was before.
        begins = self.options["apply_immediately"] and state["pending_changes"] and state["status"] == "available"
        still = self.options["promoted"] and not state["promoted"]
        if self.options.get("running") not in (None, state["running"]):
            return False
        return state["status"] in _SETTLED and not begins and not still and state["identifier"] == self.name

    def leaving(self, state: State) -> bool:
        return state["status"] == "deleting"

    def effects(self, action: str, changes: State) -> list[str]:
        told = super().effects(action, changes)
        if action == "update" and _RESTARTING & set(changes):
            when = "" if self.options["apply_immediately"] else " in the maintenance window"
            told.append(f"interrupts the service{when}")
        if action == "update" and ({"identifier", "promoted"} & set(changes) or changes.get("running") is False):
            told.append("interrupts the service")
        if action == "update" and _STORAGE & set(changes):
            told.append("storage cannot be changed again for six hours")
        return told

    def pending(self, state: State) -> list[str]:
        said = []
        expected = self._queued if self.aws.check_mode else ()
        waits = sorted({*state.get("pending_changes", {}), *expected})
        if waits and not self.options["apply_immediately"]:
            said.append(
                f"RDS instance {self.name} changes {', '.join(waits)} in its maintenance window "
                f"{state.get('maintenance_window') or ''} UTC; apply_immediately=true changes it now, with an outage."
            )
        if self._held:
            said.append(
                f"RDS instance {self.name} was not running, so AWS could not change {', '.join(self._held)}; "
                "run again when it is available."
            )
        if state.get("pending_reboot"):
            said.append(
                f"RDS instance {self.name} takes over static parameters of {', '.join(state['pending_reboot'])} when it "
                f"is restarted ('aws rds reboot-db-instance --db-instance-identifier {self.name}')."
            )
        return said

    def warnings(self, state: State) -> list[str]:
        if state.get("status") == "storage-full":
            return [f"RDS instance {self.name} has no storage left: raise allocated_storage."]
        limit, have = self.options.get("max_allocated_storage"), state.get("allocated_storage") or 0
        if limit and have >= limit:
            return [f"RDS instance {self.name} has grown to {have} GiB, its max_allocated_storage: raise it."]
        return []

    # -- deciding -------------------------------------------------------------------------------------------------

    def desired(self) -> State:
        desired = {
            option: value
            for option, value in super().desired().items()
            if value != "" and not (value == 0 and option in _ZERO_IS_NONE)
        }
        for window in ("backup_window", "maintenance_window"):
            if window in desired:
                desired[window] = desired[window].lower()
        if "subnet_group" in desired:
            desired["subnet_group"] = desired["subnet_group"].lower()
        if "security_groups" in desired:
            desired["security_groups"] = resolve_all(self.aws, "security_group", desired["security_groups"])
        for option, kind in (("kms_key", "kms_key"), ("monitoring_role", "role")):
            if desired.get(option):
                desired[option] = resolve(self.aws, kind, desired[option])
        if desired.get("monitoring_interval") == 0:
            desired.pop("monitoring_role", None)
        if "log_exports" in desired:
            desired["log_exports"] = sorted(desired["log_exports"])
        if self.options.get("former_name") and self._exists:
            desired["identifier"] = self.name
        if not (self.options["promoted"] and self._exists):
            desired.pop("promoted", None)
        if self.options.get("source"):
            desired = self._desired_replica(desired)
        elif not self._exists:
            restored = bool(self.options.get("restore"))
            desired = self._desired_restored(desired) if restored else self._desired_primary(desired)
        return desired

    def adjust(self, current: State, desired: State) -> State:
        desired = dict(desired)
        if self.options["apply_immediately"] and current["status"] == "available":
            # What waits for the maintenance window is made now, so it is compared with what runs.
            current.update({option: change["now"] for option, change in current["pending_changes"].items()})
        elif self._major_upgrade_waits(current):
            desired.pop("parameter_group", None)  # that of the new family comes with the upgrade
        if "engine_version" in desired:
            desired["engine_version"] = self._version(current, desired["engine_version"])
        if "allocated_storage" in desired:
            desired["allocated_storage"] = max(desired["allocated_storage"], current["allocated_storage"])
        if desired.get("max_allocated_storage") and desired["max_allocated_storage"] <= current["allocated_storage"]:
            desired["max_allocated_storage"] = current["max_allocated_storage"]
        self._check_gp3({**current, **desired}, given=desired)
        differing = sorted(
            name
            for name, value in desired.items()
            if name != "tags" and name not in self.initial and not satisfied(current.get(name), value)
        )
        if current["status"] in _UNCHANGEABLE:
            self._held = tuple(name for name in differing if name not in self.create_only and name != "running")
            desired = {name: value for name, value in desired.items() if name not in self._held}
            differing = []
        if {"instance_class", "multi_az", "storage_type"} & set(differing):
            self._check_offer({**current, **desired})
        if not self.options["apply_immediately"]:
            self._queued = tuple(name for name in differing if name in QUEUED)
            if current["backup_retention_days"] and desired.get("backup_retention_days"):
                self._queued = tuple(name for name in self._queued if name != "backup_retention_days")
        return desired

    def check_delete(self, current: State) -> None:
        if current["deletion_protection"]:
            raise InfraError(
                f"RDS instance {self.name} is protected against deletion. Set deletion_protection to false and run that "
                "first; delete it then, in a run of its own."
            )
        replicas = [name for name in current["replicas"] if name not in self.peers and not self._deleting(name)]
        if replicas:
            raise InfraError(
                f"RDS instance {self.name} is the source of {', '.join(replicas)}, which would become a database of its "
                "own: delete that first."
            )
        if self._snapshot_wanted(current) and current["status"] in _NO_SNAPSHOT:
            raise InfraError(
                f"RDS instance {self.name} is {current['status']}, so AWS cannot make a final snapshot. If its data may "
                "be lost, delete it with final_snapshot=false."
            )

    # -- writing --------------------------------------------------------------------------------------------------

    def create(self, desired: State) -> None:
        request: dict[str, t.Any] = {
            _CREATE[option]: value for option, value in desired.items() if option in _CREATE and value != []
        }
        request.update(DBInstanceIdentifier=self.name, Tags=_tags.to_list(desired.get("tags")))
        if not request.get("MaxAllocatedStorage"):
            request.pop("MaxAllocatedStorage", None)
        if "source" in desired:
            self._create_replica(desired, request)
            return
        if self.options.get("restore"):
            self._restore(request)
            return
        self.aws.write(
            "rds",
            "create_db_instance",
            retry=("ENHANCED_MONITORING",),  # IAM has not spread the role yet
            **request,
            **self._master_user(),
        )

    def update(self, current: State, changes: State) -> None:
        if changes.get("running"):
            self._power("start_db_instance", current)
        if "promoted" in changes:
            self._promote(current["identifier"])
            changes = {name: value for name, value in changes.items() if name not in ("promoted", *_WITH_PROMOTION)}
        settings = {**current, **changes}
        if set(changes) & _STORAGE:
            changes = {**{option: settings[option] for option in _companions(current, settings)}, **changes}
        if {"monitoring_interval", "monitoring_role"} & set(changes) and settings["monitoring_interval"]:
            changes = {
                **changes,
                "monitoring_interval": settings["monitoring_interval"],
                "monitoring_role": settings["monitoring_role"],
            }
        if changes.get("database_insights_mode") == "advanced":
            changes = {**changes, "performance_insights": True, "performance_insights_retention_days": 465}
        request: dict[str, t.Any] = {
            _MODIFY[option]: value for option, value in changes.items() if option in _MODIFY and value is not None
        }
        if request.get("MaxAllocatedStorage") == 0:
            request["MaxAllocatedStorage"] = settings["allocated_storage"]
        if "log_exports" in changes:
            wanted, have = set(changes["log_exports"]), set(current["log_exports"])
            request["CloudwatchLogsExportConfiguration"] = {
                "EnableLogTypes": sorted(wanted - have),
                "DisableLogTypes": sorted(have - wanted),
            }
        if changes.get("manage_master_user_password") is False:
            request["MasterUserPassword"] = self._credentials()["password"]
        if "engine_version" in changes and self.options["allow_major_version_upgrade"]:
            request["AllowMajorVersionUpgrade"] = True
        if request:
            self._modify(request, current["identifier"])
        if "identifier" in changes:
            self.aws.write(
                "rds",
                "modify_db_instance",
                retry=_BUSY,
                retry_seconds=self.options["wait_timeout"],
                DBInstanceIdentifier=current["identifier"],
                NewDBInstanceIdentifier=self.name,
                ApplyImmediately=True,
            )
        if changes.get("running") is False:
            self._power("stop_db_instance", current)

    def delete(self, current: State) -> None:
        request: dict[str, t.Any] = {"SkipFinalSnapshot": True}
        if self._snapshot_wanted(current):
            moment = datetime.now(UTC).strftime("%Y%m%d%H%M%S")
            request = {"SkipFinalSnapshot": False, "FinalDBSnapshotIdentifier": f"{self.name}-final-{moment}"}
            if current["status"] in _STOPPED:  # AWS makes a snapshot of a running database only
                self._power("start_db_instance", current)
        self.aws.write(
            "rds",
            "delete_db_instance",
            missing=("DBInstanceNotFound",),
            retry=_BUSY,
            retry_seconds=self.options["wait_timeout"],
            DBInstanceIdentifier=self.name,
            DeleteAutomatedBackups=self.options["delete_automated_backups"],
            **request,
        )

    # -- the parts ------------------------------------------------------------------------------------------------

    def _power(self, operation: str, current: State) -> None:
        """Start or stop it, once AWS is ready to."""
        self.aws.write(
            "rds",
            operation,
            retry=_BUSY,
            retry_seconds=self.options["wait_timeout"],
            DBInstanceIdentifier=current["identifier"],
        )

    def _deleting(self, name: str) -> bool:
        instance = instance_of(self.aws, name)
        return instance is None or instance["DBInstanceStatus"] == "deleting"

    def _desired_primary(self, desired: State) -> State:
        """What a new instance shall be: its version is the newest one its class can run."""
        missing = [option for option in ("instance_class", "allocated_storage") if option not in desired]
        if missing:
            raise InfraError(f"RDS instance {self.name} does not exist; give {' and '.join(missing)} to create it.")
        self._check_gp3(desired, given=desired)
        if "engine_version" not in desired:
            return desired
        version = newest_orderable(self.aws, desired["engine"], desired["engine_version"], desired["instance_class"])
        desired = {**desired, "engine_version": version}
        self._check_offer(desired)
        return desired

    def _desired_restored(self, desired: State) -> State:
        """A new instance out of a backup, which is looked for now, so that a preview refuses what there is not."""
        desired = {option: value for option, value in desired.items() if option not in _rds_restore.FROM_BACKUP}
        _rds_restore.restore(self.aws, self.name, self.options["restore"], {})
        return desired

    def _restore(self, request: dict[str, t.Any]) -> None:
        made = _rds_restore.restore(self.aws, self.name, self.options["restore"], request)
        self.aws.write("rds", made.operation, retry=_BUSY, retry_seconds=self.options["wait_timeout"], **made.request)
        password = {"MasterUserPassword": self._credentials()["password"]} if self.options["credentials_secret"] else {}
        self.aws.write(
            "rds",
            "modify_db_instance",
            retry=("ENHANCED_MONITORING", *_BUSY),  # it takes changes once it is restored
            retry_seconds=self.options["wait_timeout"],
            DBInstanceIdentifier=self.name,
            ApplyImmediately=True,
            **made.later,
            **password,  # the one of the secret; that of the backup may be an older one
        )

    def _promote(self, identifier: str) -> None:
        """Backups are what a replica of PostgreSQL has none of, so they are asked for with it."""
        backups = {_CREATE[name]: self.options[name] for name in _WITH_PROMOTION if self.options.get(name) is not None}
        self.aws.write(
            "rds",
            "promote_read_replica",
            retry=_BUSY,
            retry_seconds=self.options["wait_timeout"],
            DBInstanceIdentifier=identifier,
            **backups,
        )

    def _desired_replica(self, desired: State) -> State:
        """What comes from the source is not asked for; a new replica is never smaller than its source."""
        foreign = desired["source"].startswith("arn:")
        given = _FROM_SOURCE - {"subnet_group"} if foreign else _FROM_SOURCE | {"kms_key"}
        if self._exists:
            given = given - {"engine_version"}
        desired = {option: value for option, value in desired.items() if option not in given}
        if foreign:
            return desired
        desired["source"] = desired["source"].lower()
        source = instance_of(self.aws, desired["source"])
        if self._exists or source is None:
            return desired
        if source.get("MasterUserSecret"):
            raise InfraError(
                f"RDS manages the password of {desired['source']}, and cannot make a read replica of such a database. "
                "Set manage_master_user_password to false there, and give it a secret of your own."
            )
        if not source["BackupRetentionPeriod"]:
            raise InfraError(
                f"{desired['source']} has no automated backups, and AWS makes a read replica from one: set its "
                "backup_retention_days to 1 or more."
            )
        if "allocated_storage" in desired:
            desired["allocated_storage"] = max(desired["allocated_storage"], source["AllocatedStorage"])
        inherited = {name: value for name, value in running(source).items() if name != "multi_az"}
        self._check_offer({**inherited, **desired})
        return desired

    def _create_replica(self, desired: State, request: dict[str, t.Any]) -> None:
        later = {_MODIFY[option]: request.pop(_CREATE[option]) for option in _REPLICA_LATER if option in desired}
        source = desired["source"]
        if source.startswith("arn:"):
            request["SourceRegion"] = source.split(":")[3]
        elif instance_of(self.aws, source) is None:
            raise NotFound(f"The RDS instance {source} does not exist in {self.aws.region}: create it first.")
        self.aws.write(
            "rds",
            "create_db_instance_read_replica",
            retry=("ENHANCED_MONITORING", *_BUSY),  # the source may still be busy
            retry_seconds=self.options["wait_timeout"],
            SourceDBInstanceIdentifier=source,
            **request,
        )
        if later:
            self._modify(later)

    def _modify(self, request: dict[str, t.Any], identifier: str | None = None) -> None:
        self.aws.write(
            "rds",
            "modify_db_instance",
            retry=("ENHANCED_MONITORING", *_BUSY),
            retry_seconds=self.options["wait_timeout"],
            DBInstanceIdentifier=identifier or self.name,
            ApplyImmediately=self.options["apply_immediately"],
            **request,
        )

    def _version(self, current: State, wanted: str) -> str:
        """The version to run: what runs if that is enough, else where it can be upgraded to."""
        live = current["engine_version"]
        if numeric(live) >= numeric(wanted):
            return live
        same = major(current["engine"], live) == major(current["engine"], wanted)
        if not same and not self.options["allow_major_version_upgrade"]:
            raise InfraError(
                f"RDS instance {self.name} runs {current['engine']} {live}, and {wanted} is another major version: "
                "test your applications with it, then give allow_major_version_upgrade=true."
            )
        return upgrade_target(self.aws, current["engine"], live, wanted)

    @staticmethod
    def _major_upgrade_waits(current: State) -> bool:
        upgrade = current["pending_changes"].get("engine_version")
        return bool(upgrade) and major(current["engine"], upgrade["now"]) != major(current["engine"], upgrade["then"])

    def _check_gp3(self, settings: State, given: State) -> None:
        asked = [option for option in ("iops", "storage_throughput") if given.get(option)]
        if asked and _fixed_performance(settings):
            raise InfraError(
                f"RDS instance {self.name}: gp3 below {_GP3_STEP} GiB always has 3000 IOPS and 125 MiB/s; "
                f"leave {' and '.join(asked)} out, or ask for more storage."
            )

    def _check_offer(self, settings: State) -> None:
        """Refuse a class that the zones of the subnet group do not have, before AWS has begun anything."""
        if not settings.get("subnet_group") or not settings.get("engine_version"):
            return
        groups = self.aws.read("rds", "describe_db_subnet_groups", "DBSubnetGroups") or []
        group = next((one for one in groups if one["DBSubnetGroupName"] == settings["subnet_group"]), None)
        if group is None and self.aws.check_mode:
            return
        if group is None:
            raise NotFound(
                f"The RDS subnet group {settings['subnet_group']} does not exist in {self.aws.region}: create it first."
            )
        zones = sorted({subnet["SubnetAvailabilityZone"]["Name"] for subnet in group["Subnets"]})
        options = [
            option
            for option in orderable(
                self.aws, settings["engine"], settings["engine_version"], settings["instance_class"]
            )
            if option.get("StorageType") == (settings.get("storage_type") or option.get("StorageType"))
            and (option.get("MultiAZCapable") or not settings.get("multi_az"))
        ]
        offering = {zone["Name"] for option in options for zone in option.get("AvailabilityZones", [])}
        lacking = [zone for zone in zones if zone not in offering]
        if len(zones) - len(lacking) < (2 if settings.get("multi_az") else 1):
            raise InfraError(
                f"RDS instance {self.name}: {settings['instance_class']} with {settings['engine']} "
                f"{settings['engine_version']}{' on ' + settings['storage_type'] if settings.get('storage_type') else ''}"
                f"{' in several zones' if settings.get('multi_az') else ''} is not offered in {', '.join(lacking)}. "
                "Choose another instance_class, or subnets in other zones."
            )

    def _snapshot_wanted(self, current: State) -> bool:
        return bool(self.options["final_snapshot"]) and not current["source"]

    def _master_user(self) -> dict[str, t.Any]:
        if self.options.get("manage_master_user_password"):
            name = self.options.get("master_username") or self._credentials()["username"]
            return {"MasterUsername": name}
        return {
            "MasterUsername": self._credentials()["username"],
            "MasterUserPassword": self._credentials()["password"],
        }

    def _credentials(self) -> dict[str, str]:
        """username and password from the secret; they go to AWS only."""
        secret = self.options.get("credentials_secret")
        if not secret:
            raise InfraError(
                f"RDS instance {self.name}: give credentials_secret, the secret with username and password."
            )
        missing = ("ResourceNotFoundException", "InvalidRequestException")
        text = self.aws.read("secretsmanager", "get_secret_value", "SecretString", missing=missing, SecretId=secret)
        if text is None:
            raise NotFound(
                f"The secret {secret} has no value, or does not exist, in {self.aws.region}: create it first."
            )
        try:
            keys = json.loads(text)
            return {"username": str(keys["username"]), "password": str(keys["password"])}
        except (ValueError, KeyError, TypeError):
            raise InfraError(f"The secret {secret} is not JSON with the keys username and password.") from None


def _companions(current: State, settings: State) -> set[str]:
    """The storage settings AWS wants in one request, also the ones that stay."""
    names = {"allocated_storage"}
    same = current["storage_type"] == settings["storage_type"]
    if same and settings["storage_type"] in ("gp3", "io1", "io2") and not _fixed_performance(current):
        names.add("iops")
        if settings["storage_type"] == "gp3":
            names.add("storage_throughput")
    return {name for name in names if settings.get(name)}


def _fixed_performance(settings: State) -> bool:
    """True where gp3 has the IOPS and throughput AWS gives it, and takes no other."""
    return settings.get("storage_type") == "gp3" and (settings.get("allocated_storage") or 0) < _GP3_STEP


def main() -> None:
    run(
        Instance,
        {
            "name": {"type": "str"},
            "engine": {"type": "str", "choices": ["postgres", "mysql", "mariadb"], "default": "postgres"},
            "engine_version": {"type": "str"},
            "allow_major_version_upgrade": {"type": "bool", "default": False},
            "instance_class": {"type": "str"},
            "source": {"type": "str"},
            "database_name": {"type": "str"},
            "credentials_secret": {"type": "str", "no_log": False},
            "manage_master_user_password": {"type": "bool", "no_log": False},
            "master_username": {"type": "str"},
            "port": {"type": "int"},
            "allocated_storage": {"type": "int"},
            "max_allocated_storage": {"type": "int"},
            "storage_type": {"type": "str", "choices": ["gp2", "gp3", "io1", "io2", "standard"]},
            "iops": {"type": "int"},
            "storage_throughput": {"type": "int"},
            "storage_encrypted": {"type": "bool", "default": True},
            "kms_key": {"type": "str", "no_log": False},
            "multi_az": {"type": "bool"},
            "availability_zone": {"type": "str"},
            "subnet_group": {"type": "str"},
            "security_groups": {"type": "list", "elements": "str"},
            "publicly_accessible": {"type": "bool", "default": False},
            "network_type": {"type": "str", "choices": ["IPV4", "DUAL"]},
            "parameter_group": {"type": "str"},
            "ca_certificate": {"type": "str"},
            "iam_authentication": {"type": "bool"},
            "backup_retention_days": {"type": "int"},
            "backup_window": {"type": "str"},
            "maintenance_window": {"type": "str"},
            "copy_tags_to_snapshot": {"type": "bool"},
            "auto_minor_version_upgrade": {"type": "bool"},
            "engine_lifecycle_support": {
                "type": "str",
                "choices": ["open-source-rds-extended-support", "open-source-rds-extended-support-disabled"],
            },
            "deletion_protection": {"type": "bool"},
            "monitoring_interval": {"type": "int", "choices": [0, 1, 5, 10, 15, 30, 60]},
            "monitoring_role": {"type": "str"},
            "log_exports": {"type": "list", "elements": "str"},
            "performance_insights": {"type": "bool"},
            "performance_insights_retention_days": {"type": "int"},
            "database_insights_mode": {"type": "str", "choices": ["standard", "advanced"]},
            "apply_immediately": {"type": "bool", "default": False},
            "final_snapshot": {"type": "bool", "default": True},
            "restore": _rds_restore.OPTIONS,
            "former_name": {"type": "str"},
            "promoted": {"type": "bool", "default": False},
            "running": {"type": "bool"},
            "delete_automated_backups": {"type": "bool", "default": False},
        },
        waits=True,
        wait_timeout=3600,
        mutually_exclusive=[("source", "credentials_secret"), ("source", "manage_master_user_password")],
    )


if __name__ == "__main__":
    main()
