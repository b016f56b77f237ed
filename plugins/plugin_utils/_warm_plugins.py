# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Load the plugins that nearly every task needs once, for all workers.

A worker loads the plugins it meets and forgets them when its task ends: all filters of ansible-core and all of a
collection for the first filter in a template, and the plugins that run a module. What the process that starts the
workers has loaded, they find loaded. This uses the loaders' own interface, so nothing depends on how they work.
"""

from __future__ import annotations

import contextlib
import pkgutil
from collections.abc import Iterable
from importlib import import_module

from ansible import errors
from ansible._internal import _task
from ansible.module_utils.common import json as profiles
from ansible.plugins import loader

# What runs a module on the controller.
_PLUGINS = (
    (loader.action_loader, "ansible.builtin.normal"),
    (loader.action_loader, "sdt.infra.warm"),
    (loader.connection_loader, "ansible.builtin.local"),
    (loader.connection_loader, "sdt.infra.warm"),
    (loader.shell_loader, "ansible.builtin.sh"),
)
_PROFILE = "legacy"


def load(collections: Iterable[str]) -> None:
    """Load the filters and tests of ansible-core and of these collections, and what runs a module."""
    for kind, package in ((loader.filter_loader, "filter"), (loader.test_loader, "test")):
        for _plugin in kind.all():
            pass
        for collection in collections:
            # Asked for one, the loader loads all of a collection.
            if name := _first_in(f"ansible_collections.{collection}.plugins.{package}"):
                with contextlib.suppress(errors.AnsibleError, KeyError):  # told when it is used
                    kind.get(f"{collection}.{name}")
    for plugins, name in _PLUGINS:
        plugins.get(name, class_only=True)
    for direction in (profiles.Direction.CONTROLLER_TO_MODULE, profiles.Direction.MODULE_TO_CONTROLLER):
        profiles.get_module_encoder(_PROFILE, direction)
        profiles.get_module_decoder(_PROFILE, direction)
    with contextlib.suppress(AttributeError):  # newer versions read the types of a result's fields, and remember them
        _task.UnifiedTaskResult.get_result_key_to_resolved_field_mapping(source_is_module=True)
        _task.UnifiedTaskResult.get_result_key_to_resolved_field_mapping(source_is_module=False)


def _first_in(package: str) -> str | None:
    try:
        paths = import_module(package).__path__
    except ImportError:
        return None
    return next((module.name for module in pkgutil.iter_modules(paths)), None)
