# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Writes the least policies of IAM with which playbooks can be run, out of what they were seen to need.

Usage: python tools/policies.py [--environment prod] [--service content-service] [--account ID] [--directory DIR]

For plan (plan.yml, drift.yml), deploy (deploy.yml and rollback.yml of one service), converge (site.yml) and destroy
(destroy.yml). Each is one file or more, short enough to be attached to a role.
"""

from __future__ import annotations

import argparse
import json
import pathlib
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "tools"), str(ROOT / "collections")]

import policy_evidence
import policy_making

EMULATED = "123456789012"
REGION = "us-east-1"


def written(
    needs: dict[str, list[policy_making.Need]], environment: str, account: str, directory: pathlib.Path
) -> None:
    """Write the policies; files of an earlier time are replaced."""
    directory.mkdir(parents=True, exist_ok=True)
    for old in directory.glob("*.json"):
        old.unlink()
    for kind, seen in needs.items():
        scope = policy_making.Scope(
            prefix=f"sdt-{environment}",
            tags={"Project": "sdt", "Environment": environment},
            account=EMULATED,
            region=REGION,
            exact=kind == "deploy",
        )
        policies = policy_making.documents(seen, scope)
        for number, policy in enumerate(policies, 1):
            name = kind if len(policies) == 1 else f"{kind}-{number}"
            text = json.dumps(policy, indent=1).replace(EMULATED, account)
            (directory / f"{name}.json").write_text(f"{text}\n", encoding="utf-8")
        actions = {action for policy in policies for one in policy["Statement"] for action in one["Action"]}
        print(f"{kind}: {len(actions)} actions in {len(policies)} policies")


def described(environment: str, service: str, account: str, directory: pathlib.Path) -> None:
    """Say what they are about, for whoever rewrites them for something else."""
    about = {"account": account, "region": REGION, "project": "sdt", "environment": environment, "service": service}
    lines = [f'{name}: "{value}"' if value.isdigit() else f"{name}: {value}" for name, value in about.items()]
    head = "# What the policies beside this are about; the role pipeline rewrites them for others."
    (directory / "about.yml").write_text("\n".join(["---", head, *lines, ""]), encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--environment", default="prod", help="the inventory (default: prod)")
    parser.add_argument("--service", default="content-service", help="the service that is deployed")
    parser.add_argument("--account", default=EMULATED, help="id of the account the policies are for")
    parser.add_argument("--directory", type=pathlib.Path, default=ROOT / "artifacts" / "policies", help="where they go")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        needs = policy_evidence.gathered(options.environment, options.service, pathlib.Path(temporary))
    written(needs, options.environment, options.account, options.directory)
    described(options.environment, options.service, options.account, options.directory)
    print(f"They are in {options.directory}.")


if __name__ == "__main__":
    main()
