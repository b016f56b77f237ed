# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a module costs over the connection of ansible-core, and over the warm connection.

    python benchmarks/warm_connection.py [--calls 20]

The modules ask a local server that always answers "there is nothing", so that what is measured is the way to the
answer: the processor time of the process that runs the module, and playbooks from start to end.
"""

from __future__ import annotations

import argparse
import gc
import http.server
import importlib.metadata
import os
import resource
import subprocess
import sys
import tempfile
import time
import typing as t
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[1]
LOCAL = "ansible.builtin.local"
WARM = "sdt.infra.warm"
# One after the other, as in a role: each module is packed for the first time. Each asks for a set, and it is empty.
DIFFERENT = {
    "amazon.aws.ec2_ami_info": "imagesSet",
    "amazon.aws.ec2_eip_info": "addressesSet",
    "amazon.aws.ec2_eni_info": "networkInterfaceSet",
    "amazon.aws.ec2_instance_info": "reservationSet",
    "amazon.aws.ec2_key_info": "keySet",
    "amazon.aws.ec2_security_group_info": "securityGroupInfo",
    "amazon.aws.ec2_snapshot_info": "snapshotSet",
    "amazon.aws.ec2_vol_info": "volumeSet",
    "amazon.aws.ec2_vpc_dhcp_option_info": "dhcpOptionsSet",
    "amazon.aws.ec2_vpc_endpoint_info": "vpcEndpointSet",
    "amazon.aws.ec2_vpc_igw_info": "internetGatewaySet",
    "amazon.aws.ec2_vpc_nat_gateway_info": "natGatewaySet",
    "amazon.aws.ec2_vpc_net_info": "vpcSet",
    "amazon.aws.ec2_vpc_route_table_info": "routeTableSet",
    "amazon.aws.ec2_vpc_subnet_info": "subnetSet",
}
EMPTY = "<Response>{}</Response>".format("".join(f"<{name}/>" for name in DIFFERENT.values())).encode()


class Nothing(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("content-length", 0)))
        self.send_response(200)
        self.send_header("content-length", str(len(EMPTY)))
        self.end_headers()
        self.wfile.write(EMPTY)

    def log_message(self, *_arguments: object) -> None:
        pass


def module_arguments(port: int) -> dict[str, str]:
    endpoint = f"http://127.0.0.1:{port}"
    return {"region": "eu-central-1", "access_key": "none", "secret_key": "none", "endpoint_url": endpoint}


class Cost(t.NamedTuple):
    cpu: float
    wall: float


def measured(work: t.Callable[[], object]) -> Cost:
    """The processor time of the processes that were started and ended, and the time on the clock."""

    def used() -> float:
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        return usage.ru_utime + usage.ru_stime

    cpu, wall = used(), time.monotonic()
    work()
    return Cost(used() - cpu, time.monotonic() - wall)


def cost_of_a_call(port: int, calls: int) -> dict[str, Cost]:
    """Hand a packed module to each connection, again and again."""
    from ansible.plugins.loader import callback_loader, connection_loader, init_plugin_loader, module_loader

    init_plugin_loader([str(ROOT / "collections")])
    from ansible.executor.module_common import modify_module
    from ansible.parsing.dataloader import DataLoader
    from ansible.playbook.play_context import PlayContext
    from ansible.template import Templar

    payload = modify_module(
        module_name="ec2_vpc_net_info",
        module_path=module_loader.find_plugin("amazon.aws.ec2_vpc_net_info"),
        module_args=module_arguments(port),
        templar=Templar(DataLoader(), variables={}),
        task_vars={"ansible_python_interpreter": sys.executable},
        module_compression="ZIP_DEFLATED",
    ).b_module_data
    callback = callback_loader.get(WARM)
    callback.set_options()
    callback.v2_playbook_on_start(None)

    costs = {}
    for name in (LOCAL, WARM):
        connection = connection_loader.get(name, PlayContext())
        connection.set_options()

        def call(connection=connection) -> None:
            code, stdout, stderr = connection.exec_command(f"/bin/sh -c {sys.executable}", in_data=payload)
            if code or b'"vpcs": []' not in stdout:
                raise SystemExit(f"the module failed: {stderr.decode()}")

        call()
        gc.collect()
        cost = measured(lambda call=call: [call() for _ in range(calls)])
        costs[name] = Cost(cost.cpu / calls, cost.wall / calls)
    return costs


def cost_of_a_playbook(connection: str, hosts: int, tasks: list[dict[str, t.Any]]) -> Cost:
    play = {"hosts": "all", "gather_facts": False, "tasks": tasks}
    inventory = {
        "all": {
            "hosts": {f"host{number}": None for number in range(hosts)},
            "vars": {"ansible_connection": connection, "ansible_python_interpreter": "{{ ansible_playbook_python }}"},
        }
    }
    with tempfile.TemporaryDirectory() as directory:
        Path(directory, "inventory.yml").write_text(yaml.safe_dump(inventory))
        Path(directory, "play.yml").write_text(yaml.safe_dump([play]))
        Path(directory, "ansible.cfg").write_text(
            f"[defaults]\ncollections_path = {ROOT / 'collections'}\nforks = 10\n"
            + ("callbacks_enabled = sdt.infra.warm\n" if connection == WARM else "")
        )
        command = [str(Path(sys.executable).with_name("ansible-playbook")), "-i", "inventory.yml", "play.yml"]
        environment = {**os.environ, "ANSIBLE_CONFIG": f"{directory}/ansible.cfg", "ANSIBLE_PIPELINING": "1"}
        run = lambda: subprocess.run(command, cwd=directory, env=environment, check=True, capture_output=True)  # noqa: E731
        return measured(run)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--calls", type=int, default=20, help="module calls in each measurement (default: 20)")
    calls = parser.parse_args().calls
    # The server answers from a process of its own: a process with a second thread does not fork modules.
    reader, writer = os.pipe()
    if (pid := os.fork()) == 0:
        with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Nothing) as server:
            os.write(writer, str(server.server_port).encode())
            os.close(writer)
            server.serve_forever()
    os.close(writer)
    port = int(os.read(reader, 10))
    try:
        rows = [("processor time of a module, ms", "cpu", 1000.0, cost_of_a_call(port, calls))]
        arguments = module_arguments(port)
        task = {"amazon.aws.ec2_vpc_net_info": arguments}
        different: list[dict[str, t.Any]] = [{name: arguments} for name in DIFFERENT]
        for title, hosts, tasks, count in (
            (f"1 host, {calls} items", 1, [{**task, "loop": list(range(calls))}], calls),
            (f"{calls} hosts, 1 task", calls, [task], calls),
            (f"1 host, {len(different)} different modules", 1, different, len(different)),
            (f"{calls} hosts, {len(different)} different modules", calls, different, calls * len(different)),
        ):
            costs = {name: cost_of_a_playbook(name, hosts, tasks) for name in (LOCAL, WARM)}
            rows.append((f"playbook, {title}: processor time, s", "cpu", 1.0, costs))
            rows.append((f"playbook, {title}: duration, s", "wall", 1.0, costs))
            rate = {name: Cost(count / cost.cpu, count / cost.wall) for name, cost in costs.items()}
            rows.append((f"playbook, {title}: calls per second", "wall", 1.0, rate))
    finally:
        os.kill(pid, 15)
        os.waitpid(pid, 0)
    version = importlib.metadata.version("ansible-core")
    print(f"Python {sys.version.split()[0]}, ansible-core {version}, {os.cpu_count()} processors\n")
    print(f"| {'':48} | {'local':>8} | {'warm':>8} | {'ratio':>6} |")
    print(f"| {'-' * 48} | {'-' * 7}: | {'-' * 7}: | {'-' * 5}: |")
    for title, field, factor, costs in rows:
        local, warm = (getattr(costs[name], field) * factor for name in (LOCAL, WARM))
        print(f"| {title:48} | {local:8.1f} | {warm:8.1f} | {max(local, warm) / min(local, warm):6.1f} |")


if __name__ == "__main__":
    main()
