# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Faults somebody could plant in a platform by hand, one at a time, and how each is undone.

A fault is a context: within it the account has the fault, afterwards it has not. FAULTS says what has to be found.
"""

from __future__ import annotations

import contextlib
import json
import time
import typing as t

Fault = t.Callable[["Planter"], contextlib.AbstractContextManager[None]]
# name of the fault -> the fault, and a part of what is found
FAULTS: dict[str, tuple[Fault, str]] = {}


class Planter:
    """The parts of an environment by the names people use."""

    def __init__(self, emulator: t.Any, name: str):
        self.client = emulator.client
        self.name = name
        self.ec2, self.elbv2, self.ecs = (emulator.client(one) for one in ("ec2", "elbv2", "ecs"))
        self.vpc = self._one(self.ec2.describe_vpcs, "Vpcs")["VpcId"]
        self.account = emulator.client("sts").get_caller_identity()["Account"]

    def _one(self, describe: t.Callable, result: str) -> dict[str, t.Any]:
        return describe(Filters=[{"Name": "tag:Name", "Values": [self.name]}])[result][0]

    def group(self, name: str) -> dict[str, t.Any]:
        filters = [{"Name": "group-name", "Values": [f"{self.name}-{name}"]}]
        return self.ec2.describe_security_groups(Filters=filters)["SecurityGroups"][0]

    def subnet(self, name: str) -> str:
        filters = [{"Name": "tag:Name", "Values": [f"{self.name}-{name}"]}]
        return self.ec2.describe_subnets(Filters=filters)["Subnets"][0]["SubnetId"]

    def table(self, subnet: str) -> dict[str, t.Any]:
        filters = [{"Name": "association.subnet-id", "Values": [self.subnet(subnet)]}]
        return self.ec2.describe_route_tables(Filters=filters)["RouteTables"][0]

    def balancer(self) -> dict[str, t.Any]:
        return self.elbv2.describe_load_balancers(Names=[self.name])["LoadBalancers"][0]

    def listener(self) -> dict[str, t.Any]:
        return self.elbv2.describe_listeners(LoadBalancerArn=self.balancer()["LoadBalancerArn"])["Listeners"][0]

    def service(self, name: str) -> dict[str, t.Any]:
        return self.ecs.describe_services(cluster=self.name, services=[name])["services"][0]

    def target_group(self, service: str) -> str:
        return self.service(service)["loadBalancers"][0]["targetGroupArn"]

    def role(self, service: str, kind: str) -> str:
        definition = self.ecs.describe_task_definition(taskDefinition=self.service(service)["taskDefinition"])
        return definition["taskDefinition"][f"{kind}RoleArn"].rpartition("/")[2]

    def bucket(self, purpose: str) -> str:
        return f"{self.name}-{purpose}-{self.account}"

    @property
    def database(self) -> str:
        return f"{self.name}-postgres"


def fault(name: str, found: str) -> t.Callable:
    """Register a generator that plants, yields and undoes."""

    def register(plant: t.Callable[[Planter], t.Iterator[None]]) -> t.Callable:
        FAULTS[name] = (contextlib.contextmanager(plant), found)
        return plant

    return register


# -- security groups ----------------------------------------------------------------------------------------------


def _without(p: Planter, group: str, egress: bool, port: int) -> t.Iterator[None]:
    """One rule less."""
    one = p.group(group)
    key, way = ("IpPermissionsEgress", "egress") if egress else ("IpPermissions", "ingress")
    rules = [rule for rule in one[key] if rule.get("FromPort") == port]
    getattr(p.ec2, f"revoke_security_group_{way}")(GroupId=one["GroupId"], IpPermissions=rules)
    yield
    getattr(p.ec2, f"authorize_security_group_{way}")(GroupId=one["GroupId"], IpPermissions=rules)


def _with(p: Planter, group: str, egress: bool, rule: dict[str, t.Any]) -> t.Iterator[None]:
    """One rule more."""
    way, one = "egress" if egress else "ingress", p.group(group)["GroupId"]
    getattr(p.ec2, f"authorize_security_group_{way}")(GroupId=one, IpPermissions=[rule])
    yield
    getattr(p.ec2, f"revoke_security_group_{way}")(GroupId=one, IpPermissions=[rule])


def _rule(port: int, cidr: str = "0.0.0.0/0") -> dict[str, t.Any]:
    return {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "IpRanges": [{"CidrIp": cidr}]}


@fault("users are not let in", "internet → load balancer: no rule of its security groups lets 0.0.0.0/0 in on port 80")
def _users(p: Planter) -> t.Iterator[None]:
    yield from _without(p, "alb", False, 80)


@fault("the load balancer may not reach a service", "load balancer → auth-service: no rule of sdt-.*-alb lets it out")
def _balancer_out(p: Planter) -> t.Iterator[None]:
    yield from _without(p, "alb", True, 3001)


@fault(
    "a service lets no load balancer in",
    "load balancer → content-service: no rule of .* lets the load balancer in on port 3002",
)
def _service_in(p: Planter) -> t.Iterator[None]:
    yield from _without(p, "content-service", False, 3002)


@fault(
    "the database lets nobody in",
    "auth-service → database: no rule of sdt-.*-database lets auth-service in on port 5432",
)
def _database_in(p: Planter) -> t.Iterator[None]:
    yield from _without(p, "database", False, 5432)


@fault(
    "a service may not reach the database", "submission-service → database: no rule of .* lets it out to the database"
)
def _database_out(p: Planter) -> t.Iterator[None]:
    yield from _without(p, "submission-service", True, 5432)


@fault("a service may not reach AWS", "auth-service → AWS: no rule of its security groups lets it out")
def _apis_out(p: Planter) -> t.Iterator[None]:
    yield from _without(p, "auth-service", True, 443)


@fault(
    "the sandbox lets its caller in no more",
    "submission-service → sandbox-runner: no rule of .* lets submission-service in on port 3004",
)
def _sandbox_in(p: Planter) -> t.Iterator[None]:
    yield from _without(p, "sandbox-runner", False, 3004)


@fault("SSH is open to the world", "auth-service: security groups: .* lets in 0.0.0.0/0 on port 22")
def _ssh(p: Planter) -> t.Iterator[None]:
    yield from _with(p, "auth-service", False, _rule(22))


@fault("the database is open to a network", "database: security groups: .* lets in 10.0.0.0/8 on port 5432")
def _office(p: Planter) -> t.Iterator[None]:
    yield from _with(p, "database", False, _rule(5432, "10.0.0.0/8"))


@fault("the sandbox may send mail", "sandbox-runner: security groups: .* lets out to 0.0.0.0/0 on port 25")
def _mail(p: Planter) -> t.Iterator[None]:
    yield from _with(p, "sandbox-runner", True, _rule(25))


@fault(
    "the sandbox may reach the database", "sandbox-runner: security groups: .* lets out to sdt-.*-database on port 5432"
)
def _sandbox_database(p: Planter) -> t.Iterator[None]:
    peer = {"IpProtocol": "tcp", "FromPort": 5432, "ToPort": 5432}
    yield from _with(
        p, "sandbox-runner", True, {**peer, "UserIdGroupPairs": [{"GroupId": p.group("database")["GroupId"]}]}
    )


@fault("everything is let out", "content-service: security groups: .* lets out to 0.0.0.0/0 on all ports")
def _all_out(p: Planter) -> t.Iterator[None]:
    yield from _with(p, "content-service", True, {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]})


# -- routes and network ACLs -----------------------------------------------------------------------------------------


@fault("a public subnet has no way to the internet", "internet → load balancer: .* has no route to the internet")
def _no_gateway(p: Planter) -> t.Iterator[None]:
    table = p.table("public-1")
    gateway = next(one["GatewayId"] for one in table["Routes"] if one.get("DestinationCidrBlock") == "0.0.0.0/0")
    where = {"RouteTableId": table["RouteTableId"], "DestinationCidrBlock": "0.0.0.0/0"}
    p.ec2.delete_route(**where)
    yield
    p.ec2.create_route(**where, GatewayId=gateway)


@fault(
    "a private subnet has no way out", "auth-service → AWS: .* has no route to the internet, and there is no endpoint"
)
def _no_nat(p: Planter) -> t.Iterator[None]:
    table = p.table("private-1")
    nat = next(one["NatGatewayId"] for one in table["Routes"] if one.get("DestinationCidrBlock") == "0.0.0.0/0")
    where = {"RouteTableId": table["RouteTableId"], "DestinationCidrBlock": "0.0.0.0/0"}
    p.ec2.delete_route(**where)
    yield
    p.ec2.create_route(**where, NatGatewayId=nat)


@fault("a private subnet uses the NAT gateway of the other zone", "one in each zone: .* leads to .* in us-east-1")
def _other_nat(p: Planter) -> t.Iterator[None]:
    tables = [p.table("private-1"), p.table("private-2")]
    nats = [
        next(one["NatGatewayId"] for one in table["Routes"] if one.get("DestinationCidrBlock") == "0.0.0.0/0")
        for table in tables
    ]
    where = {"RouteTableId": tables[0]["RouteTableId"], "DestinationCidrBlock": "0.0.0.0/0"}
    p.ec2.replace_route(**where, NatGatewayId=nats[1])
    yield
    p.ec2.replace_route(**where, NatGatewayId=nats[0])


@fault(
    "private subnets lead straight to the internet",
    "database: no way in from the internet: .* has a route to an internet gateway",
)
def _private_to_gateway(p: Planter) -> t.Iterator[None]:
    gateway = p._one(p.ec2.describe_internet_gateways, "InternetGateways")["InternetGatewayId"]
    table = p.table("private-2")
    nat = next(one["NatGatewayId"] for one in table["Routes"] if one.get("DestinationCidrBlock") == "0.0.0.0/0")
    where = {"RouteTableId": table["RouteTableId"], "DestinationCidrBlock": "0.0.0.0/0"}
    p.ec2.replace_route(**where, GatewayId=gateway)
    yield
    p.ec2.replace_route(**where, NatGatewayId=nat)


@fault("a route leads to another network", "routes: .* leads 172.16.0.0/12 to pcx-")
def _peering(p: Planter) -> t.Iterator[None]:
    other = p.ec2.create_vpc(CidrBlock="172.16.0.0/16")["Vpc"]["VpcId"]
    made = p.ec2.create_vpc_peering_connection(VpcId=p.vpc, PeerVpcId=other)["VpcPeeringConnection"]
    peering = made["VpcPeeringConnectionId"]
    p.ec2.accept_vpc_peering_connection(VpcPeeringConnectionId=peering)
    where = {"RouteTableId": p.table("private-1")["RouteTableId"], "DestinationCidrBlock": "172.16.0.0/12"}
    p.ec2.create_route(**where, VpcPeeringConnectionId=peering)
    yield
    p.ec2.delete_route(**where)
    p.ec2.delete_vpc_peering_connection(VpcPeeringConnectionId=peering)
    p.ec2.delete_vpc(VpcId=other)


def _acl(p: Planter, rule: dict[str, t.Any]) -> t.Iterator[None]:
    """One rule before the others in the ACL of all subnets."""
    acl = p.ec2.describe_network_acls(Filters=[{"Name": "vpc-id", "Values": [p.vpc]}])["NetworkAcls"][0]
    where = {"NetworkAclId": acl["NetworkAclId"], "RuleNumber": 1, "Egress": rule.pop("Egress")}
    p.ec2.create_network_acl_entry(**where, RuleAction="deny", **rule)
    yield
    p.ec2.delete_network_acl_entry(**where)


@fault(
    "a network ACL stops the database",
    "auth-service → database: the network ACL of .* lets nothing in from .* on port 5432",
)
def _acl_database(p: Planter) -> t.Iterator[None]:
    rule = {"Egress": False, "Protocol": "6", "PortRange": {"From": 5432, "To": 5432}, "CidrBlock": "10.0.0.0/8"}
    yield from _acl(p, rule)


@fault(
    "a network ACL stops answers",
    "load balancer → auth-service: the network ACL of .* lets nothing .* on port 1024-65535",
)
def _acl_answers(p: Planter) -> t.Iterator[None]:
    rule = {"Egress": True, "Protocol": "6", "PortRange": {"From": 40000, "To": 60000}, "CidrBlock": "10.0.0.0/8"}
    yield from _acl(p, rule)


# -- load balancer ---------------------------------------------------------------------------------------------------


@fault(
    "a rule of the load balancer is gone",
    "load balancer → content-service: no rule of the load balancer leads to its target group",
)
def _no_rule(p: Planter) -> t.Iterator[None]:
    listener, group = p.listener()["ListenerArn"], p.target_group("content-service")
    rules = p.elbv2.describe_rules(ListenerArn=listener)["Rules"]
    rule = next(one for one in rules if group in json.dumps(one["Actions"]))
    tags = p.elbv2.describe_tags(ResourceArns=[rule["RuleArn"]])["TagDescriptions"][0]["Tags"]
    p.elbv2.delete_rule(RuleArn=rule["RuleArn"])
    yield
    conditions = [{key: one[key] for key in ("Field", "PathPatternConfig") if key in one} for one in rule["Conditions"]]
    p.elbv2.create_rule(
        ListenerArn=listener, Priority=int(rule["Priority"]), Conditions=conditions, Actions=rule["Actions"], Tags=tags
    )


@fault("the load balancer listens on another port", "load balancer: listeners: it listens on port 8081")
def _listener(p: Planter) -> t.Iterator[None]:
    made = p.elbv2.create_listener(
        LoadBalancerArn=p.balancer()["LoadBalancerArn"],
        Protocol="HTTP",
        Port=8081,
        DefaultActions=[{"Type": "forward", "TargetGroupArn": p.target_group("auth-service")}],
    )["Listeners"][0]
    yield
    p.elbv2.delete_listener(ListenerArn=made["ListenerArn"])


@fault(
    "the load balancer leads somewhere else",
    "load balancer: listeners: port 80 leads to the target group elsewhere, which no service has",
)
def _elsewhere(p: Planter) -> t.Iterator[None]:
    group = p.elbv2.create_target_group(Name="elsewhere", Protocol="HTTP", Port=80, VpcId=p.vpc, TargetType="ip")[
        "TargetGroups"
    ][0]["TargetGroupArn"]
    rule = p.elbv2.create_rule(
        ListenerArn=p.listener()["ListenerArn"],
        Priority=777,
        Conditions=[{"Field": "path-pattern", "PathPatternConfig": {"Values": ["/old/*"]}}],
        Actions=[{"Type": "forward", "TargetGroupArn": group}],
    )["Rules"][0]["RuleArn"]
    yield
    p.elbv2.delete_rule(RuleArn=rule)
    p.elbv2.delete_target_group(TargetGroupArn=group)


@fault("a target is gone", "load balancer → submission-service: it has no healthy target")
def _no_target(p: Planter) -> t.Iterator[None]:
    group = p.target_group("submission-service")
    found = p.elbv2.describe_target_health(TargetGroupArn=group)["TargetHealthDescriptions"]
    targets = [one["Target"] for one in found]
    p.elbv2.deregister_targets(TargetGroupArn=group, Targets=targets)
    yield
    p.elbv2.register_targets(TargetGroupArn=group, Targets=targets)


# -- services --------------------------------------------------------------------------------------------------------


def _count(p: Planter, service: str, count: int) -> t.Iterator[None]:
    before = p.service(service)["desiredCount"]
    p.ecs.update_service(cluster=p.name, service=service, desiredCount=count)
    yield
    p.ecs.update_service(cluster=p.name, service=service, desiredCount=before)


@fault("a service is stopped", "sandbox-runner runs: it is to run no task")
def _stopped(p: Planter) -> t.Iterator[None]:
    yield from _count(p, "sandbox-runner", 0)


@fault("a service runs fewer tasks than it has to", "a task fails: auth-service: it is to run 1 tasks, not 2 at least")
def _fewer(p: Planter) -> t.Iterator[None]:
    yield from _count(p, "auth-service", 1)


def _network(p: Planter, service: str, **changes: t.Any) -> t.Iterator[None]:
    before = p.service(service)["networkConfiguration"]
    p.ecs.update_service(
        cluster=p.name,
        service=service,
        networkConfiguration={"awsvpcConfiguration": {**before["awsvpcConfiguration"], **changes}},
    )
    yield
    p.ecs.update_service(cluster=p.name, service=service, networkConfiguration=before)


@fault("tasks have public addresses", "auth-service: no way in from the internet: auth-service has a public address")
def _addresses(p: Planter) -> t.Iterator[None]:
    yield from _network(p, "auth-service", assignPublicIp="ENABLED")


@fault("a service may run in one zone only", "a zone is lost: content-service: it may run in 1 zones")
def _one_zone(p: Planter) -> t.Iterator[None]:
    yield from _network(p, "content-service", subnets=[p.subnet("private-1")])


@fault("bad releases are not rolled back", "a task fails: auth-service: a bad release is not rolled back")
def _breaker(p: Planter) -> t.Iterator[None]:
    before = p.service("auth-service")["deploymentConfiguration"]
    off = {**before, "deploymentCircuitBreaker": {"enable": False, "rollback": False}}
    p.ecs.update_service(cluster=p.name, service="auth-service", deploymentConfiguration=off)
    yield
    p.ecs.update_service(cluster=p.name, service="auth-service", deploymentConfiguration=before)


@fault("scaling is suspended", "a task fails: content-service: its scaling is suspended")
def _suspended(p: Planter) -> t.Iterator[None]:
    scaling = p.client("application-autoscaling")
    where = {
        "ServiceNamespace": "ecs",
        "ResourceId": f"service/{p.name}/content-service",
        "ScalableDimension": "ecs:service:DesiredCount",
    }
    names = ("DynamicScalingInSuspended", "DynamicScalingOutSuspended", "ScheduledScalingSuspended")
    scaling.register_scalable_target(**where, SuspendedState=dict.fromkeys(names, True))
    yield
    scaling.register_scalable_target(**where, SuspendedState=dict.fromkeys(names, False))


# -- rights and secrets ----------------------------------------------------------------------------------------------


def _policy(p: Planter, role: str, *statements: dict[str, t.Any]) -> t.Iterator[None]:
    """One policy more."""
    iam, name = p.client("iam"), "by-hand"
    document = {"Version": "2012-10-17", "Statement": list(statements)}
    iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=json.dumps(document))
    yield
    iam.delete_role_policy(RoleName=role, PolicyName=name)


@fault(
    "the sandbox may read the database's credentials",
    "sandbox-runner: rights: .* may read the credentials of the database",
)
def _sandbox_secret(p: Planter) -> t.Iterator[None]:
    allow = {"Effect": "Allow", "Action": "secretsmanager:GetSecretValue", "Resource": "*"}
    yield from _policy(p, p.role("sandbox-runner", "task"), allow)


@fault(
    "a service may read a bucket that is not its own",
    "auth-service: rights: .* may s3:GetObject in sdt-.*-user-uploads",
)
def _bucket_rights(p: Planter) -> t.Iterator[None]:
    allow = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{p.bucket('user-uploads')}/*"}
    yield from _policy(p, p.role("auth-service", "task"), allow)


@fault(
    "a service may do everything", "content-service: rights: .* may ec2:RunInstances, iam:CreateUser, s3:DeleteBucket"
)
def _everything(p: Planter) -> t.Iterator[None]:
    yield from _policy(p, p.role("content-service", "task"), {"Effect": "Allow", "Action": "*", "Resource": "*"})


@fault(
    "a service may not write its bucket", "submission-service → bucket user-uploads: its task role may not s3:PutObject"
)
def _no_write(p: Planter) -> t.Iterator[None]:
    deny = {"Effect": "Deny", "Action": "s3:PutObject", "Resource": "*"}
    yield from _policy(p, p.role("submission-service", "task"), deny)


@fault("a service may not read its secret", "content-service → database: its execution role may not read the secret")
def _no_secret(p: Planter) -> t.Iterator[None]:
    deny = {"Effect": "Deny", "Action": "secretsmanager:*", "Resource": "*"}
    yield from _policy(p, p.role("content-service", "execution"), deny)


@fault("the secret of the database is being deleted", "auth-service → database: the secret .* does not exist")
def _deleted_secret(p: Planter) -> t.Iterator[None]:
    secrets = p.client("secretsmanager")
    secrets.delete_secret(SecretId=f"{p.name}/database", RecoveryWindowInDays=7)
    yield
    secrets.restore_secret(SecretId=f"{p.name}/database")


# -- database, storage, frontend ---------------------------------------------------------------------------------------


def _modified(p: Planter, back: dict[str, t.Any], **changes: t.Any) -> t.Iterator[None]:
    rds = p.client("rds")
    for settings in (changes, back):
        rds.modify_db_instance(DBInstanceIdentifier=p.database, ApplyImmediately=True, **settings)
        for _look in range(60):
            found = rds.describe_db_instances(DBInstanceIdentifier=p.database)["DBInstances"][0]
            if found["DBInstanceStatus"] == "available" and not found.get("PendingModifiedValues"):
                break
            time.sleep(0.5)
        if settings is changes:
            yield


@fault("the database is public", "database: no way in from the internet: the database has a public address")
def _public(p: Planter) -> t.Iterator[None]:
    yield from _modified(p, {"PubliclyAccessible": False}, PubliclyAccessible=True)


@fault("the database has no standby", "the database is lost: standby: the database has no standby")
def _standby(p: Planter) -> t.Iterator[None]:
    yield from _modified(p, {"MultiAZ": True}, MultiAZ=False)


@fault("the database is open by another group", "database: security groups: .* lets in 0.0.0.0/0 on port 80")
def _groups(p: Planter) -> t.Iterator[None]:
    ours, alb = p.group("database")["GroupId"], p.group("alb")["GroupId"]
    yield from _modified(p, {"VpcSecurityGroupIds": [ours]}, VpcSecurityGroupIds=[ours, alb])


@fault("a bucket may be made public", "bucket user-uploads: not public: BlockPublicAcls")
def _block(p: Planter) -> t.Iterator[None]:
    s3, bucket = p.client("s3"), p.bucket("user-uploads")
    before = s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
    s3.delete_public_access_block(Bucket=bucket)
    yield
    s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=before)


@fault("everybody may read a bucket", "bucket static-assets: not public: .*its policy lets everybody s3:GetObject")
def _open_bucket(p: Planter) -> t.Iterator[None]:
    s3, bucket = p.client("s3"), p.bucket("static-assets")
    block = s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
    before = s3.get_bucket_policy(Bucket=bucket)["Policy"]
    opened = json.loads(before)
    opened["Statement"].append(
        {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{bucket}/*"}
    )
    s3.delete_public_access_block(Bucket=bucket)
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps(opened))
    yield
    s3.put_bucket_policy(Bucket=bucket, Policy=before)
    s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=block)


@fault(
    "the frontend calls another API",
    "frontend → load balancer: the app calls api.example.org, which is not the load balancer",
)
def _other_api(p: Planter) -> t.Iterator[None]:
    amplify = p.client("amplify")
    app = next(one for one in amplify.list_apps()["apps"] if one["name"] == f"{p.name}-frontend")
    before = app["environmentVariables"]
    amplify.update_app(appId=app["appId"], environmentVariables={**before, "API_BASE_URL": "https://api.example.org"})
    yield
    amplify.update_app(appId=app["appId"], environmentVariables=before)


@fault(
    "there is an endpoint nothing needs",
    "endpoints: there is an endpoint for com.amazonaws.us-east-1.sqs, which nothing needs",
)
def _endpoint(p: Planter) -> t.Iterator[None]:
    made = p.ec2.create_vpc_endpoint(
        VpcId=p.vpc,
        ServiceName="com.amazonaws.us-east-1.sqs",
        VpcEndpointType="Interface",
        SubnetIds=[p.subnet("private-1")],
        SecurityGroupIds=[p.group("endpoints")["GroupId"]],
    )["VpcEndpoint"]["VpcEndpointId"]
    yield
    p.ec2.delete_vpc_endpoints(VpcEndpointIds=[made])
