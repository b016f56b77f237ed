# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This file is private to the collection and may change without notice.
"""Rules about what all roles share: names, tags, the account, notifications, and secrets that stand in the open."""

from __future__ import annotations

import re
import typing as t

from ansible.module_utils.parsing.convert_bool import BOOLEANS
from ansible_collections.sdt.infra.plugins.plugin_utils._inventory import ROLES, Host, Inventory, Problem, rule

_WORD = re.compile(r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$")
_REGION = re.compile(r"^[a-z]{2}(-[a-z]+)+-\d$")
_ROLE = re.compile(r"^arn:aws[\w-]*:iam::\d{12}:role/[\w+=,.@/-]+$")
_POLICY = re.compile(r"^arn:aws[\w-]*:iam::(\d{12}|aws):policy/[\w+=,.@/-]+$")
_KEY = re.compile(r"^arn:aws[\w-]*:kms:([a-z0-9-]+):\d{12}:(key|alias)/\S+$")
_PATH = re.compile(r"^/([\x21-\x7e]+/)?$")
_MAIL = re.compile(r"^[^@\s]+@[^@\s]+\.[^@\s]+$")
_TAG = re.compile(r"^[\w\s.:/=+\-@]*$")
_OURS = ("Project", "Environment", "Component", "ManagedBy")
_MOST_TAGS = 50
_STATES = {f"{path.name}_state" for path in ROLES.iterdir()}
# The longest names that are made of the prefix, with what is added to it, and what AWS takes.
_NAMES = {
    "rds_instance": ("database", 63),
    "rds_replica": ("database", 63),
    "rds_monitoring_role": ("database", 64),
    "amplify_service_role": ("frontend", 64),
    "monitoring_topic": ("monitoring", 256),
}
_SERVICE_NAMES = {"ecs_platform_execution_role": 64, "ecs_platform_task_role": 64, "ecr_name": 256}
_PERCENT = (
    "monitoring_database_cpu",
    "monitoring_database_connections",
    "monitoring_database_free_storage",
    "monitoring_database_burst_balance",
)
_SERVICE_PERCENT = ("monitoring_service_cpu", "monitoring_service_memory")
# Names of variables that hold a secret itself; names of secrets, and where they are kept, end otherwise.
_SECRET_NAME = re.compile(
    r"(^|_)(password|passwd|passphrase|token|api_?key|private_?key|secret_?key|access_?key|client_secret|credentials?)$",
    re.I,
)
_SECRET_VALUE = re.compile(
    r"\b(AKIA|ASIA)[0-9A-Z]{16}\b|-----BEGIN [A-Z ]*PRIVATE KEY|\bgh[pousr]_[A-Za-z0-9]{30,}|\bglpat-[\w-]{20}|"
    r"\bxox[abpr]-[\w-]{10,}|[a-z][a-z0-9+]*://[^/\s:@]+:[^/\s:@]+@"
)


@rule
def names_begin_well(inventory: Inventory) -> t.Iterator[Problem]:
    for variable in ("platform_project", "platform_environment", "platform_prefix"):
        value = str(inventory.any.get(variable, ""))
        if not _WORD.match(value):
            yield inventory.any.problem(
                variable,
                f"{value!r}: every name begins with it, so small letters, digits and single hyphens, a letter first.",
            )


# Worked out once in a run, for all hosts.
_SHARED = (
    "platform_project",
    "platform_environment",
    "platform_prefix",
    "platform_region",
    "platform_profile",
    "platform_assume_role_arn",
    "platform_assume_role_external_id",
    "platform_aws",
    "platform_resources",
)


@rule
def an_environment_is_one(inventory: Inventory) -> t.Iterator[Problem]:
    values = [(host, variable, host.given.get(variable)) for host in inventory.hosts.values() for variable in _SHARED]
    for host, variable, value in values:
        if value != inventory.any.given.get(variable):
            yield host.problem(
                variable,
                f"{value!r} is not what {inventory.any.name} has. It says which environment this is, so it is the same "
                "for all hosts: set it in group_vars/all, or make an inventory of its own.",
            )


@rule
def names_are_short_enough(inventory: Inventory) -> t.Iterator[Problem]:
    for variable, (name, most) in _NAMES.items():
        host = inventory.hosts.get(name)
        if host is not None:
            yield from _too_long(host, variable, most)
    for service in inventory.services:
        for variable, most in _SERVICE_NAMES.items():
            yield from _too_long(service, variable, most)


@rule
def environments_have_names_of_their_own(inventory: Inventory) -> t.Iterator[Problem]:
    host = inventory.any
    for folder, variables in inventory.neighbours().items():
        same = variables.get("platform_environment") == host["platform_environment"]
        if same and variables.get("platform_project", host["platform_project"]) == host["platform_project"]:
            yield host.problem(
                "platform_environment",
                f"the inventory {folder} is called {host['platform_environment']} too: both would manage the same "
                "resources.",
            )


@rule
def states_belong_to_playbooks(inventory: Inventory) -> t.Iterator[Problem]:
    for host in inventory.hosts.values():
        for variable in _STATES & host.given.keys():
            if host[variable] != "present":
                yield host.problem(
                    variable,
                    f"{host[variable]!r}: site.yml makes what the inventory names. Remove it with destroy.yml --limit "
                    f"{host.name}, which asks before it does, or take it out of the inventory and run prune.yml.",
                )


@rule
def region_is_one(inventory: Inventory) -> t.Iterator[Problem]:
    region = str(inventory.any["platform_region"])
    if not _REGION.match(region):
        yield inventory.any.problem("platform_region", f"{region!r} is no region, such as us-east-1.")


@rule
def account_is_one(inventory: Inventory) -> t.Iterator[Problem]:
    account = str(inventory.any.get("platform_account_id") or "")
    if account and not re.fullmatch(r"\d{12}", account):
        yield inventory.any.problem(
            "platform_account_id", f"{account!r} is no account, 12 digits in quotes: YAML drops a leading zero."
        )


@rule
def arns_are_what_they_should_be(inventory: Inventory) -> t.Iterator[Problem]:
    for variable, pattern, what in (
        ("platform_assume_role_arn", _ROLE, "a role"),
        ("platform_permissions_boundary", _POLICY, "a policy"),
        ("platform_kms_key_arn", _KEY, "a key of KMS"),
    ):
        value = str(inventory.any.get(variable) or "")
        if value and not pattern.match(value):
            yield inventory.any.problem(variable, f"{value!r} is no ARN of {what}.")


@rule
def key_is_in_the_region(inventory: Inventory) -> t.Iterator[Problem]:
    found = _KEY.match(str(inventory.any.get("platform_kms_key_arn") or ""))
    if found and found[1] != inventory.any["platform_region"]:
        yield inventory.any.problem(
            "platform_kms_key_arn",
            f"the key is in {found[1]} and has to be in platform_region {inventory.any['platform_region']}.",
        )


@rule
def external_id_has_a_role(inventory: Inventory) -> t.Iterator[Problem]:
    host = inventory.any
    if host.get("platform_assume_role_external_id") and not host.get("platform_assume_role_arn"):
        yield host.problem("platform_assume_role_external_id", "means nothing without platform_assume_role_arn.")


@rule
def role_path_is_one(inventory: Inventory) -> t.Iterator[Problem]:
    path = str(inventory.any.get("platform_role_path", "/"))
    if not _PATH.match(path) or len(path) > 512:
        yield inventory.any.problem("platform_role_path", f"{path!r} is no path, which begins and ends with /.")


@rule
def tags_are_ones_aws_takes(inventory: Inventory) -> t.Iterator[Problem]:
    host = inventory.any
    tags = host.get("platform_tags") or {}
    if len(tags) + len(_OURS) > _MOST_TAGS:
        yield host.problem(
            "platform_tags", f"{len(tags)} tags and {len(_OURS)} of the platform; AWS takes {_MOST_TAGS}."
        )
    for name, value in tags.items():
        if str(name).lower().startswith("aws:"):
            yield host.problem("platform_tags", f"{name}: tags that begin with aws: belong to AWS.")
        elif not 1 <= len(str(name)) <= 128 or len(str(value)) > 256:
            yield host.problem("platform_tags", f"{name}: a tag has 128 characters at most, and its value 256.")
        elif not _TAG.match(str(name)) or not _TAG.match(str(value)):
            yield host.problem(
                "platform_tags",
                f"{name}: letters, digits, spaces and . : / = + - @ _ are what all services of AWS take.",
            )


@rule
def tags_of_the_platform_stay(inventory: Inventory) -> t.Iterator[Problem]:
    for name in sorted(set(inventory.any.get("platform_tags") or {}) & set(_OURS)):
        yield inventory.any.problem("platform_tags", f"{name} is how resources are found again: choose another tag.")


@rule
def addresses_are_addresses(inventory: Inventory) -> t.Iterator[Problem]:
    host = inventory.monitoring
    for variable in ("monitoring_alarm_emails", "monitoring_budget_emails"):
        for address in host[variable]:
            if not _MAIL.match(str(address)):
                yield host.problem(variable, f"{address!r} is no e-mail address.")


@rule
def budget_tells_ten_at_most(inventory: Inventory) -> t.Iterator[Problem]:
    host = inventory.monitoring
    if len(host["monitoring_budget_emails"]) > 10:
        yield host.problem("monitoring_budget_emails", "a budget tells 10 addresses at most.")


@rule
def thresholds_are_percentages(inventory: Inventory) -> t.Iterator[Problem]:
    pairs = [(inventory.monitoring, variable) for variable in _PERCENT]
    pairs += [(service, variable) for service in inventory.services for variable in _SERVICE_PERCENT]
    for host, variable in pairs:
        if not 0 < float(host[variable]) <= 100:
            yield host.problem(variable, f"{host[variable]} is no percentage above 0 and up to 100.")


@rule
def alarms_are_above_what_scaling_keeps(inventory: Inventory) -> t.Iterator[Problem]:
    for service in inventory.services:
        for what in ("cpu", "memory"):
            alarm, kept = float(service[f"monitoring_service_{what}"]), float(service[f"ecs_platform_{what}_target"])
            if alarm <= kept:
                yield service.problem(
                    f"monitoring_service_{what}",
                    f"an alarm at {alarm:g} percent goes off all the time while scaling keeps {kept:g}: set it above.",
                )


@rule
def tracing_is_possible(inventory: Inventory) -> t.Iterator[Problem]:
    host = inventory.monitoring
    if not 0 <= float(host["monitoring_tracing_rate"]) <= 1:
        yield host.problem("monitoring_tracing_rate", f"{host['monitoring_tracing_rate']} is no share, 0 to 1.")
    if not 1 <= host.number("monitoring_tracing_priority") <= 9999:
        yield host.problem(
            "monitoring_tracing_priority", f"{host['monitoring_tracing_priority']}; X-Ray takes 1 to 9999."
        )


@rule
def secrets_do_not_stand_in_the_open(inventory: Inventory) -> t.Iterator[Problem]:
    for host in inventory.hosts.values():
        for variable, value in host.given.items():
            if variable.startswith("ansible_") or variable in ("groups", "hostvars"):
                continue
            for path, text in _texts(variable, value):
                if _SECRET_VALUE.search(text) or (_SECRET_NAME.search(path[-1]) and _literal(text)):
                    yield host.problem(
                        variable,
                        f"{'.'.join(path)} looks like a secret that stands there in clear. Keep it in Secrets "
                        "Manager (service_secrets, "
                        "amplify_access_token_secret) or encrypt it with ansible-vault.",
                    )


def _too_long(host: Host, variable: str, most: int) -> t.Iterator[Problem]:
    name = str(host[variable])
    if len(name) > most:
        yield host.problem(
            variable,
            f"{name} has {len(name)} characters; AWS takes {most}. Give a shorter name, or a shorter platform_prefix.",
        )


def _texts(name: str, value: t.Any) -> t.Iterator[tuple[tuple[str, ...], str]]:
    """Every text in a value, with its path. What ansible-vault has encrypted is no str."""
    if isinstance(value, str):
        yield (name,), value
    elif isinstance(value, dict):
        for key, item in value.items():
            for path, text in _texts(str(key), item):
                yield (name, *path), text
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _texts(name, item)


def _literal(text: str) -> bool:
    """Whether this is a value and not a template, a reference to where it is kept, or a yes or no."""
    switch = text.lower() in BOOLEANS
    return bool(text) and "{{" not in text and not text.startswith(("arn:", "/", "http")) and not switch
