# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This file is private to the collection and may change without notice.
"""How long answers take, measured where the services are: by a task in each zone, which asks and is gone afterwards.

The database is asked by psql, which tells the time of each statement; what speaks HTTPS by Python over one
connection, so that neither connecting nor starting is part of what is measured.
"""

from __future__ import annotations

import json
import math
import re
import typing as t

from ansible_collections.sdt.infra.plugins.module_utils import _ecs, _ecs_logs
from ansible_collections.sdt.infra.plugins.module_utils._aws import Aws
from ansible_collections.sdt.infra.plugins.module_utils._compare import State
from ansible_collections.sdt.infra.plugins.module_utils._ecs_borrowed import Borrower
from ansible_collections.sdt.infra.plugins.module_utils._ecs_run import Task
from ansible_collections.sdt.infra.plugins.module_utils._errors import InfraError

DATABASE = "database"
_SQL, _HTTPS = "sql", "https"
_TIME = re.compile(r"Time: ([\d.]+) ms")
_LINES = 400  # of a log; more than samples there are
_METRIC = "Latency"


# What runs in the container for HTTPS, and only there: it prints one line of JSON for each target.
ASK_OVER_HTTPS = """
import http.client, json, os, time

for name, url in json.loads(os.environ["TARGETS"]).items():
    host, _slash, path = url.partition("/")
    took = []
    try:
        connection = http.client.HTTPSConnection(host, timeout=5)
        for _number in range(int(os.environ["SAMPLES"]) + 1):
            began = time.perf_counter()
            connection.request("GET", "/" + path)
            connection.getresponse().read()
            took.append(round((time.perf_counter() - began) * 1000, 3))
        print(json.dumps({"target": name, "ms": took[1:]}), flush=True)
    except (OSError, http.client.HTTPException) as error:
        print(json.dumps({"target": name, "error": type(error).__name__ + ": " + str(error)}), flush=True)
"""


class Zone(t.NamedTuple):
    """What was measured in one zone: milliseconds of each sample by target, and why others could not be measured."""

    name: str
    samples: dict[str, list[float]]
    errors: dict[str, str]


class Probe:
    """One measurement in every zone of a service. params are the options of the module ecs_latency_task."""

    def __init__(self, aws: Aws, params: State):
        self._aws = aws
        self._params = params
        self._borrower = Borrower(aws, params, "latency")
        network = self._borrower.service["networkConfiguration"]["awsvpcConfiguration"]
        found = aws.read("ec2", "describe_subnets", "Subnets", SubnetIds=sorted(network["subnets"])) or []
        # One subnet of each zone is enough.
        self._subnets = {one["AvailabilityZone"]: one["SubnetId"] for one in found}
        self._secret = self._borrower.secret(params["secret"]) if params["secret"] else ""

    @property
    def zones(self) -> list[str]:
        return sorted(self._subnets)

    def measure(self) -> list[Zone]:
        """The zones side by side, as a task needs longer to start than to measure."""
        with self._borrower.registered(self._containers()) as definition:
            described = _ecs.described_definition(self._aws, definition)["taskDefinition"]
            started = [(zone, task, task.start()) for zone in self.zones for task in [self._task(definition, zone)]]
            return [self._followed(described, zone, task, arn) for zone, task, arn in started]

    def _containers(self) -> list[State]:
        """The last one to end is the one that counts, so that nothing is stopped before it has ended."""
        samples, targets = self._params["samples"], self._params["https"]
        last = self._borrower.container(
            _HTTPS,
            self._params["image"],
            ["python3", "-c", ASK_OVER_HTTPS],
            {"TARGETS": json.dumps(targets), "SAMPLES": str(samples)},
        )
        if not self._secret:
            return [last]
        statements = ["\\timing on", *["select 1"] * (samples + 1)]
        host = self._params["host"] or ""
        sql = self._borrower.psql(_SQL, self._params["sql_image"], statements, self._secret, host, essential=False)
        return [sql, {**last, "dependsOn": [{"containerName": _SQL, "condition": "COMPLETE"}]}]

    def _task(self, definition: str, zone: str) -> Task:
        return Task(
            self._aws,
            {
                "cluster": self._params["cluster"],
                "service": self._params["service"],
                "task_definition": definition,
                "container": _HTTPS,
                "subnets": [self._subnets[zone]],
                "environment": {"ZONE": zone},
                "tags": self._params["tags"],
                "log_lines": _LINES,
                "wait_timeout": self._params["wait_timeout"],
            },
        )

    def _followed(self, definition: State, zone: str, task: Task, arn: str) -> Zone:
        samples: dict[str, list[float]] = {}
        errors: dict[str, str] = {}
        for line in task.follow(arn)["log"]:
            told = _told(line)
            if "ms" in told:
                samples[told["target"]] = told["ms"]
            elif "target" in told:
                errors[told["target"]] = told["error"]
        if self._secret:
            said = _ecs_logs.last_lines(self._aws, _ecs_logs.stream_of(definition, _SQL, arn), _LINES)
            found = [float(match[1]) for match in map(_TIME.search, said) if match][1:]  # the first one warms up
            if found:
                samples[DATABASE] = found
            else:
                errors[DATABASE] = " ".join(said[-3:]) or "psql said nothing"
        missing = set(self._params["https"]) - set(samples) - set(errors)
        return Zone(zone, samples, {**errors, **dict.fromkeys(missing, "nothing was said about it")})

    def publish(self, zones: list[Zone]) -> None:
        """Every sample, so that CloudWatch can work out any percentile, for all zones together and for each."""
        data = []
        for zone in zones:
            for target, samples in zone.samples.items():
                whose = [
                    {"Name": "Environment", "Value": self._params["environment"]},
                    {"Name": "Target", "Value": target},
                ]
                for dimensions in (whose, [*whose, {"Name": "Zone", "Value": zone.name}]):
                    data.append(
                        {"MetricName": _METRIC, "Dimensions": dimensions, "Unit": "Milliseconds", "Values": samples}
                    )
        if data:
            self._aws.write("cloudwatch", "put_metric_data", Namespace=self._params["namespace"], MetricData=data)


def p95(samples: list[float]) -> float:
    """The value that 95 of 100 samples do not exceed."""
    if not samples:
        raise InfraError("There are no samples.")
    return sorted(samples)[math.ceil(0.95 * len(samples)) - 1]


def _told(line: str) -> State:
    try:
        told = json.loads(line)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}
