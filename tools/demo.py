# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The main job without an AWS account: converge an environment on the embedded emulator and show what stands there.

Usage: python tools/demo.py [dev|staging|prod]    converge; the emulator keeps running to look around
       python tools/demo.py --stop                stop that emulator
"""

from __future__ import annotations

import argparse
import os
import pathlib
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
PID = ROOT / ".cache" / "demo.pid"
PORT = int(os.environ.get("PORT", "5566"))
URL = f"http://127.0.0.1:{PORT}"
BIN = pathlib.Path(sys.executable).parent

sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "site")]

import runs

from emulator import testing


def healthy() -> bool:
    try:
        with urllib.request.urlopen(f"{URL}/_emulator/health", timeout=5) as answer:
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False


def start() -> None:
    """Start the emulator, or go on with the one an earlier demo left running."""
    if healthy():
        return
    PID.parent.mkdir(exist_ok=True)
    with open(PID.parent / "demo-emulator.log", "w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "emulator", "--port", str(PORT)],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    PID.write_text(str(process.pid))
    for _attempt in range(150):
        if healthy():
            return
        if process.poll() is not None:
            break
        time.sleep(0.2)
    sys.exit(f"The emulator did not start on port {PORT}: see {PID.parent}/demo-emulator.log, or choose another PORT.")


def stop() -> None:
    """Stop the emulator of an earlier demo."""
    try:
        os.kill(int(PID.read_text()), signal.SIGTERM)
        print("The emulator of the demo is stopped; what it held is gone.")
    except (OSError, ValueError):
        print("No emulator of a demo is running.")
    PID.unlink(missing_ok=True)


def converge(environment: str, *arguments: str) -> None:
    command = [str(BIN / "ansible-playbook"), "site.yml", "-i", f"inventories/{environment}", *arguments]
    print(f"\n$ {' '.join(['ansible-playbook', *command[1:]])}\n", flush=True)
    # The stock output shows tasks; the closing summary shows resources.
    done = subprocess.run(command, cwd=ROOT, env=testing.environment(URL), stdin=subprocess.DEVNULL)
    if done.returncode:
        sys.exit(done.returncode)


def show(environment: str) -> None:
    """Where things are, read from the emulator."""
    emulator = testing.Emulator(URL)
    prefix = f"sdt-{environment}"
    balancer = emulator.client("elbv2").describe_load_balancers(Names=[prefix])["LoadBalancers"][0]
    database = emulator.client("rds").describe_db_instances(DBInstanceIdentifier=f"{prefix}-postgres")["DBInstances"][0]
    services = emulator.client("ecs").describe_services(cluster=prefix, services=list(runs.SERVICES))["services"]
    buckets = [one["Name"] for one in emulator.client("s3").list_buckets()["Buckets"] if one["Name"].startswith(prefix)]
    apps = emulator.client("amplify").list_apps()["apps"]
    print(f"\n{environment} stands on the emulator at {URL}:")
    print(f"  load balancer   http://{balancer['DNSName']}")
    for service in services:
        print(
            f"  service         {service['serviceName']}: {service['runningCount']} of {service['desiredCount']} tasks"
        )
    print(
        f"  database        {database['DBInstanceIdentifier']}: "
        f"PostgreSQL {database['EngineVersion']}, {database['DBInstanceClass']}"
    )
    for bucket in buckets:
        print(f"  bucket          {bucket}")
    for app in apps:
        if app["name"].startswith(prefix):
            print(f"  frontend        {app['name']}: {app['defaultDomain']}")
    print("\nLook around (any AWS client works):")
    print(
        f"  export AWS_ENDPOINT_URL={URL} AWS_ACCESS_KEY_ID=testing AWS_SECRET_ACCESS_KEY=testing AWS_REGION=us-east-1"
    )
    print("  . .venv/bin/activate")
    for command, what in {
        f"ansible-playbook site.yml -i inventories/{environment} --check --diff": "nothing to do",
        f"ansible-playbook playbooks/destroy.yml -i inventories/{environment}": "lists what would go, and refuses",
        f"aws ecs list-services --cluster {prefix}": "if you have the AWS CLI",
        f"curl {URL}/_emulator/requests": "every call that was made",
        "make demo-stop": "when you are done",
    }.items():
        print(f"  {command:<70} # {what}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("environment", nargs="?", default="dev", choices=runs.ENVIRONMENTS)
    parser.add_argument("--stop", action="store_true", help="stop the emulator an earlier demo left running")
    arguments = parser.parse_args()
    if arguments.stop:
        stop()
        return
    started = time.monotonic()
    start()
    converge(arguments.environment)
    print("\nThe first images arrive, as a build would push them; the next run starts the services.")
    runs.register_images(testing.Emulator(URL), f"sdt-{arguments.environment}")
    converge(arguments.environment)
    show(arguments.environment)
    print(f"All of it took {time.monotonic() - started:.0f} seconds.")


if __name__ == "__main__":
    main()
