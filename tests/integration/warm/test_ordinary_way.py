# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Where a fork is not possible, or not known to be right, modules run as they always did, and succeed."""

from __future__ import annotations

import sys
import textwrap
from pathlib import Path

import pytest

WARM = "sdt.infra.warm"
AWS = {"access_key": "AKIAEXAMPLE", "secret_key": "secretexample", "region": "eu-central-1"}


def forks_of(project, tasks, **more) -> int:
    run = project.run(WARM, tasks, options=["-vvv"], **more)
    assert run.code == 0, run.output
    assert [line["status"] for line in run.results] == ["ok"] * len(tasks)
    return run.forks


def test_an_ordinary_task_runs_in_a_fork(project):
    assert forks_of(project, [{"ansible.builtin.ping": None}]) == 1


def test_tasks_that_are_none_for_a_fork(project):
    tasks = [
        {"ansible.builtin.raw": "echo"},
        {"ansible.builtin.command": "true", "async": 30, "poll": 0},
        {"ansible.builtin.ping": None, "environment": {"PYTHONPATH": "/nowhere"}},
        {"ansible.builtin.ping": None, "environment": {"LC_ALL": "C"}},
        {"ansible.builtin.ping": None, "environment": {"HOME": "/nowhere"}},
        {"ansible.builtin.ping": None, "vars": {"ansible_pipelining": False}},
        {"ansible.builtin.ping": None, "vars": {"ansible_connection": "local"}},
        {"ansible.builtin.ping": None, "vars": {"ansible_python_interpreter": str(Path(sys.executable).resolve())}},
        {"ansible.builtin.package_facts": {"manager": "auto"}},
        {"misbehave": {"how": "well"}},
    ]
    assert forks_of(project, tasks) == 0


def test_privileges_are_raised_in_the_ordinary_way(project):
    (project.directory / "sudo").write_text('#!/bin/sh\nwhile [ $# -gt 3 ]; do shift; done\nexec /bin/sh -c "$3"\n')
    (project.directory / "sudo").chmod(0o755)
    task = {
        "ansible.builtin.ping": None,
        "become": True,
        "vars": {"ansible_become_exe": str(project.directory / "sudo"), "ansible_become_user": "nobody",
                 "ansible_become_flags": "-H"},
    }  # fmt: skip
    run = project.run(WARM, [task], options=["-vvv"])
    assert run.forks == 0
    assert str(project.directory / "sudo") in run.output


def test_without_the_callback_nothing_is_faster_and_nothing_is_different(project):
    assert forks_of(project, [{"ansible.builtin.ping": None}], ANSIBLE_CALLBACKS_ENABLED="record_results") == 0


# Changes that a later version of a library could bring, made before the playbook starts.
CHANGES = {
    "the wrapper takes other arguments": (
        """
        from ansible.executor import module_common
        module_common._ANSIBALLZ_CODE = module_common._ANSIBALLZ_CODE.replace("rlimit_nofile", "limit_of_files")
        builtin_dict = dict
        module_common.dict = lambda **entries: builtin_dict(
            (name.replace("rlimit_nofile", "limit_of_files"), value) for name, value in entries.items()
        )
        """,
        0,
    ),
    "the wrapper writes other files": (
        """
        from ansible.executor import module_common
        module_common.__version__ = "99"
        """,
        0,
    ),
    "the runner takes other arguments": (
        """
        import ansible_collections.sdt.infra.plugins.plugin_utils._warm as warm
        warm._RUNNER_ARGUMENTS = warm._RUNNER_ARGUMENTS | {"something_new"}
        """,
        0,
    ),
    "the runner is elsewhere": (
        """
        import ansible_collections.sdt.infra.plugins.plugin_utils._warm as warm
        warm._RUNNER = "ansible.module_utils.elsewhere"
        """,
        0,
    ),
    "warnings are kept elsewhere": (
        """
        import ansible_collections.sdt.infra.plugins.plugin_utils._warm_imports as imports
        class Elsewhere:
            def __init__(self):
                raise AttributeError("_global_warnings")
        imports._Warnings = Elsewhere
        """,
        0,
    ),
    "the system is another": (
        """
        import sys, types
        import ansible_collections.sdt.infra.plugins.plugin_utils._warm_process as process
        process.sys = types.SimpleNamespace(**{**vars(sys), "platform": "darwin"})
        """,
        0,
    ),
    "a fork cannot be made ready": (
        """
        import ansible_collections.sdt.infra.plugins.plugin_utils._warm_process as process
        def fail(*_):
            raise RuntimeError("broken")
        process._reset_interpreter = fail
        """,
        None,
    ),
    "modules are parsed in another way": (
        """
        from ansible.executor import module_common
        parse = module_common._compile_module_ast
        module_common._compile_module_ast = lambda name, code: parse(name, code)
        """,
        1,
    ),
    "templates are compiled in another way": (
        """
        from ansible._internal._templating import _jinja_bits
        inherited = _jinja_bits.AnsibleEnvironment.compile
        _jinja_bits.AnsibleEnvironment.compile = lambda *given, **named: inherited(*given, **named)
        """,
        1,
    ),
    "botocore is quite different": (
        """
        import botocore.client, botocore.hooks, botocore.loaders, botocore.regions, botocore.session
        create_loader, provider = botocore.session.create_loader, botocore.regions.EndpointProvider
        botocore.session.create_loader = lambda *paths, **more: create_loader(*paths, **more)
        botocore.regions.EndpointProvider = lambda **data: provider(**data)
        creator = botocore.client.ClientCreator
        load, methods = creator._load_service_model, creator._create_methods
        creator._load_service_model = lambda self, *names: load(self, *names)
        creator._create_methods = lambda self, *models: methods(self, *models)
        botocore.hooks.accepts_kwargs = lambda function, strict=False: True
        """,
        1,
    ),
    "botocore cannot be imported": (
        """
        import sys
        import ansible_collections.sdt.infra.plugins.plugin_utils
        sys.modules["ansible_collections.sdt.infra.plugins.plugin_utils._warm_botocore"] = None
        """,
        1,
    ),
}


# Every day one of a kind.
EVERY_DAY = ("the wrapper takes other arguments", "a fork cannot be made ready", "botocore is quite different")


@pytest.mark.parametrize(
    "change", [pytest.param(one, marks=[] if one in EVERY_DAY else pytest.mark.long) for one in CHANGES]
)
def test_another_version_of_a_library_is_no_failure(project, endpoint, change):
    program, forks = CHANGES[change]
    site = project.directory / "site"
    site.mkdir()
    (site / "change.py").write_text(textwrap.dedent(program))
    # A callback is loaded before ours, in the same process, and makes the change.
    callbacks = project.directory / "callbacks"
    callbacks.mkdir()
    (callbacks / "a_change.py").write_text(
        textwrap.dedent("""
        from ansible.plugins.callback import CallbackBase

        DOCUMENTATION = "{name: a_change, type: aggregate, short_description: a change, description: for a test}"


        class CallbackModule(CallbackBase):
            CALLBACK_NAME = "a_change"
            CALLBACK_TYPE = "aggregate"
            CALLBACK_VERSION = 2.0

            def __init__(self):
                super().__init__()
                with open(SOURCE) as file:
                    exec(compile(file.read(), SOURCE, "exec"), {})
        """).replace("SOURCE", repr(str(site / "change.py")))
    )
    run = project.run(
        WARM,
        [{"amazon.aws.ec2_vpc_net_info": {**AWS, "endpoint_url": endpoint}}],
        options=["-vvv"],
        ANSIBLE_CALLBACK_PLUGINS=f"{callbacks}:{project.environment['ANSIBLE_CALLBACK_PLUGINS']}",
    )
    assert run.code == 0, run.output
    assert run.results[0]["result"]["vpcs"] == []
    if forks is not None:
        assert run.forks == forks, run.output
    if "botocore" in change:
        assert "ordinary way" in run.output or "left as it is" in run.output
    elif "another way" in change:
        assert f"{change.split()[0].title()} are" in run.output
        assert "in the ordinary way" in run.output
    elif change in ("the runner is elsewhere", "a fork cannot be made ready"):
        assert "Modules run in the ordinary way" in run.output
