# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import json
import pathlib
import shutil
import subprocess
import typing as t

import pytest
from ansible_collections.sdt.infra.plugins.plugin_utils import _plan
from ansible_collections.sdt.infra.plugins.plugin_utils._changes import Change, Changes

ABOUT = {"environment": "sdt-prod", "account": "123456789012", "region": "us-east-1", "by": "me", "at": "now"}
CLASS = {"instance_class": {"before": "db.t3.micro", "after": "db.r5.large"}}
CHROMIUM = next(
    (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
)


def change(name: str = "sdt-prod-postgres", action: str = "update", fields: t.Any = None, **other: t.Any) -> Change:
    given = {"host": "database", "task": "run", "kind": "rds_instance", "effects": [], **other}
    return Change(name=name, action=action, fields=CLASS if fields is None else fields, **given)


def plan(*changes: Change) -> dict[str, t.Any]:
    return json.loads(json.dumps(_plan.document(ABOUT, changes, ["Confirm <it>."])))


def test_a_result_becomes_changes_with_before_and_after() -> None:
    changes = Changes()
    actions = [
        {"action": "create", "kind": "role", "name": "a", "fields": ["path"], "effects": []},
        {"action": "delete", "kind": "bucket", "name": "b", "fields": ["tags"], "effects": ["loses data"]},
    ]
    diff = [{"before": {}, "after": {"path": "/"}}, {"before": {"tags": {"a": "b"}}, "after": {}}]
    changes.collect("account", "make", {"check_mode": True, "actions": actions, "diff": diff, "pending": ["do"]})
    changes.collect("account", "other", {"stdout": "x", "actions": "y"})
    assert changes.done == []
    assert [(one.name, one.fields, one.effects) for one in changes.previewed] == [
        ("a", {"path": {"before": None, "after": "/"}}, []),
        ("b", {"tags": {"before": {"a": "b"}, "after": None}}, ["loses data"]),
    ]
    assert list(changes.pending) == ["do"]


def test_the_table_shows_fields_and_marks_what_hurts() -> None:
    text = _plan.table(plan(change(effects=["interrupts the service"]), change("two", "create")))
    assert "~ update  rds instance sdt-prod-postgres  [database]  !! interrupts the service" in text
    assert 'instance_class: "db.t3.micro" -> "db.r5.large"' in text
    assert text.endswith("Plan of sdt-prod: 1 to create, 1 to update.")
    assert _plan.table(plan()).endswith("nothing to do.")


@pytest.mark.parametrize(
    ("now", "said"),
    [
        ([], ["rds instance sdt-prod-postgres was to be changed (update) and is as it should be"]),
        ([change(), change("two", "create")], ["rds instance two would be changed now (create: instance_class)"]),
        ([change(action="replace")], ["rds instance sdt-prod-postgres was to be changed by update, now by replace"]),
        (
            [change(fields={"instance_class": {"before": "db.t3.small", "after": "db.r5.large"}})],
            ['instance_class of rds instance sdt-prod-postgres was "db.t3.micro" and is "db.t3.small"'],
        ),
        (
            [change(fields={"instance_class": {"before": "db.t3.micro", "after": "db.r5.xlarge"}})],
            ['instance_class of rds instance sdt-prod-postgres was to become "db.r5.large", now "db.r5.xlarge"'],
        ),
        (
            [change(fields={**CLASS, "port": {"before": 1, "after": 2}})],
            ["port of rds instance sdt-prod-postgres would change now too"],
        ),
        ([change()], []),
    ],
)
def test_what_has_moved_is_told(now: list[Change], said: list[str]) -> None:
    assert _plan.moved(plan(change()), plan(*now)) == said


def test_a_plan_of_another_account_is_none_of_this_one() -> None:
    (said,) = _plan.moved({**plan(change()), "account": "999999999999"}, plan(change()))
    assert "999999999999" in said and "123456789012" in said


@pytest.mark.skipif(CHROMIUM is None, reason="needs chromium on the PATH")
def test_the_page_shows_and_filters_in_a_browser_and_asks_no_network(tmp_path: pathlib.Path) -> None:
    changes = (
        change(effects=["interrupts the service"]),
        change("</script><b>odd", "create", host="network"),
        change("old", "delete", effects=["loses data"]),
    )
    page = tmp_path / "plan.html"
    page.write_text(_plan.page(plan(*changes)))

    def browser(*arguments: str, hash_: str = "") -> bytes:
        command = [
            str(CHROMIUM),
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            f"--user-data-dir={tmp_path / 'profile'}",
        ]
        done = subprocess.run(
            [*command, "--log-net-log=" + str(tmp_path / "net.json"), *arguments, f"file://{page}{hash_}"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=120,
            check=True,
        )
        return done.stdout

    def names(hash_: str = "") -> list[str]:
        shown = browser("--dump-dom", hash_=hash_).decode().split('<div id="changes">')[1].split("</main>")[0]
        return [part.split("</span>")[0] for part in shown.split('<span class="name">')[1:]]

    odd = "&lt;/script&gt;&lt;b&gt;odd"
    assert names() == ["sdt-prod-postgres", odd, "old"]
    assert names("#action=delete") == ["old"]
    assert names("#host=network") == [odd]
    assert names("#marked=1") == ["sdt-prod-postgres", "old"]
    assert names("#text=db.r5.large&action=update") == ["sdt-prod-postgres"]

    pictures = []
    for scheme in (0, 1):  # dark, light
        picture = tmp_path / f"{scheme}.png"
        browser(f"--blink-settings=preferredColorScheme={scheme}", f"--screenshot={picture}", "--window-size=900,700")
        pictures.append(picture.read_bytes())
    assert all(picture.startswith(b"\x89PNG") and len(picture) > 10_000 for picture in pictures)
    assert pictures[0] != pictures[1]
    text = page.read_text()
    assert "http://" not in text and "https://" not in text and "src=" not in text
