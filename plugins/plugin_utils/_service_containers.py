# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This file is private to the collection and may change without notice.
"""The containers of a service: its own, and with tracing the collector that sends traces to X-Ray."""

from __future__ import annotations

import json
import re
import typing as t

from ansible.errors import AnsibleFilterError

# Where a read-only container can write; the role mounts an empty volume of this name.
TEMPORARY = {"source_volume": "tmp", "container_path": "/tmp"}
COLLECTOR = "collector"
_NOBODY = "10001"

_VARIABLE = re.compile(r"[^A-Z0-9]+")
# Environment variable -> key of the secret with the credentials of the database
_DATABASE = {
    "DB_HOST": "host",
    "DB_READ_HOST": "read_host",
    "DB_NAME": "dbname",
    "DB_USER": "username",
    "DB_PASSWORD": "password",
}
_OTLP_GRPC, _OTLP_HTTP, _HEALTH = 4317, 4318, 13133
COLLECTOR_PORTS = (_OTLP_GRPC, _OTLP_HTTP, _HEALTH)


def service_containers(settings: dict[str, t.Any]) -> list[dict[str, t.Any]]:
    """The containers, as ecs_task_definition takes them; settings are those of the filter service_task, made whole."""
    service = _service(settings)
    if not settings["tracing"]:
        return [service]
    # The service stops before what it depends on, so that its last traces are still sent.
    return [{**service, "depends_on": {COLLECTOR: "START"}}, _collector(settings)]


def _service(settings: dict[str, t.Any]) -> dict[str, t.Any]:
    linux: dict[str, t.Any] = {"init_process_enabled": True}
    if settings["drop_capabilities"]:
        linux["capabilities"] = {"drop": settings["drop_capabilities"]}
    container = {
        "name": settings["service"],
        "image": settings["image"],
        "port_mappings": [{"container_port": int(settings["port"]), "name": "http", "app_protocol": "http"}],
        "environment": _environment(settings),
        "secrets": _secrets(settings),
        "log_configuration": _log(settings, settings["service"]),
        "readonly_root_filesystem": bool(settings["readonly"]),
        "mount_points": [TEMPORARY],
        "linux_parameters": linux,
        "stop_timeout": int(settings["stop_timeout"]),
    }
    if settings["health_command"]:
        container["health_check"] = {
            "command": settings["health_command"],
            "start_period": int(settings["health_start_period"]),
        }
    for name in ("command", "user", "ulimits"):
        if settings[name]:
            container[name] = settings[name]
    return container


def _environment(settings: dict[str, t.Any]) -> dict[str, str]:
    """What the platform tells a service, and on top what its owner does."""
    told = {"AWS_REGION": settings["region"], "PORT": settings["port"], "SERVICE_NAME": settings["service"]}
    if settings["database"]:
        told.update(DB_PORT=settings["database_port"], DB_POOL_MAX=settings["database_connections"])
    for purpose, bucket in settings["buckets"].items():
        told[f"{_variable(purpose)}_BUCKET"] = bucket["name"]
        if bucket.get("prefix"):
            told[f"{_variable(purpose)}_PREFIX"] = bucket["prefix"]
    for service, port in settings["calls"].items():
        told[f"{_variable(service)}_URL"] = f"http://{service}.{settings['namespace']}:{port}"
    if settings["tracing"]:
        told.update(
            OTEL_EXPORTER_OTLP_ENDPOINT=f"http://localhost:{_OTLP_HTTP}",
            OTEL_PROPAGATORS="xray,tracecontext,baggage",
            OTEL_SERVICE_NAME=f"{settings['prefix']}-{settings['service']}",  # environments may share an account
        )
    return {name: _text(name, value) for name, value in {**told, **settings["environment"]}.items()}


def _secrets(settings: dict[str, t.Any]) -> dict[str, t.Any]:
    secrets = {name: {"secret": settings["secret"], "key": name} for name in settings["secrets"]}
    if settings["database"]:
        secrets.update({name: {"secret": settings["database_secret"], "key": key} for name, key in _DATABASE.items()})
    clash = sorted(set(secrets) & set(settings["environment"]))
    if clash:
        raise AnsibleFilterError(
            f"Service {settings['service']} has {', '.join(clash)} among its secrets and in its environment: "
            "remove one of them."
        )
    return secrets


def _collector(settings: dict[str, t.Any]) -> dict[str, t.Any]:
    """The AWS Distro for OpenTelemetry. The service runs on without it."""
    return {
        "name": COLLECTOR,
        "image": settings["tracing_image"],
        "essential": False,
        "memory": int(settings["tracing_memory"]),
        "environment": {"AOT_CONFIG_CONTENT": _collector_config(int(settings["tracing_memory"]))},
        "log_configuration": _log(settings, COLLECTOR),
        "readonly_root_filesystem": True,
        "user": _NOBODY,  # it would run as root
        "health_check": {"command": ["CMD", "/healthcheck"]},
        "stop_timeout": int(settings["stop_timeout"]),
    }


def _collector_config(memory: int) -> str:
    """Traces in by OTLP, out to X-Ray; it drops some before its memory is used up."""
    config = {
        "extensions": {"health_check": {"endpoint": f"0.0.0.0:{_HEALTH}"}},
        "receivers": {
            "otlp": {
                "protocols": {
                    "grpc": {"endpoint": f"127.0.0.1:{_OTLP_GRPC}"},
                    "http": {"endpoint": f"127.0.0.1:{_OTLP_HTTP}"},
                }
            }
        },
        "processors": {
            "memory_limiter": {"check_interval": "1s", "limit_mib": memory * 3 // 4, "spike_limit_mib": memory // 5},
            "resourcedetection": {"detectors": ["env", "ecs"]},
            "batch": {"timeout": "5s", "send_batch_size": 50},
        },
        "exporters": {"awsxray": {}},
        "service": {
            "extensions": ["health_check"],
            "pipelines": {
                "traces": {
                    "receivers": ["otlp"],
                    "processors": ["memory_limiter", "resourcedetection", "batch"],
                    "exporters": ["awsxray"],
                }
            },
        },
    }
    return json.dumps(config, sort_keys=True)


def _log(settings: dict[str, t.Any], prefix: str) -> dict[str, t.Any]:
    options = {
        "awslogs-group": settings["log_group"],
        "awslogs-region": settings["region"],
        "awslogs-stream-prefix": prefix,
        "mode": settings["log_mode"],
    }
    if settings["log_mode"] == "non-blocking":
        options["max-buffer-size"] = settings["log_buffer"]
    return {"driver": "awslogs", "options": options}


def _variable(name: str) -> str:
    """user-uploads -> USER_UPLOADS"""
    return _VARIABLE.sub("_", name.upper())


def _text(name: str, value: t.Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (dict, list)) or value is None:
        raise AnsibleFilterError(f"The environment variable {name} has to be a text or a number, not {value!r}.")
    return str(value)
