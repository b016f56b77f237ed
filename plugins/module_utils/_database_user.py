# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This file is private to the collection and may change without notice.
"""A user of a database for one service, with two logins that take turns, so that a new password interrupts nothing.

The service has a secret with the login that counts. A rotation gives the other login a new password, as the version
AWSPENDING of the secret, tries it, and lets it count; the login before is closed once no task uses it any more. Each
step can be repeated, and the secret says how far a run came that was killed. The database has no address outside, so
tasks that run once do it, and passwords go from Secrets Manager to them and nowhere else.
https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotating-secrets_strategies.html
"""

from __future__ import annotations

from ansible_collections.sdt.infra.plugins.module_utils._aws import Aws
from ansible_collections.sdt.infra.plugins.module_utils._compare import State
from ansible_collections.sdt.infra.plugins.module_utils._ecs_borrowed import Steward
from ansible_collections.sdt.infra.plugins.module_utils._ecs_run import Task
from ansible_collections.sdt.infra.plugins.module_utils._errors import NotFound
from ansible_collections.sdt.infra.plugins.module_utils._secret_versions import CURRENT, PENDING, Secret

_CONTAINER = "database-user"
_UNDER_WAY = "RotationUnderWay"  # tag of a secret whose login before is not closed yet
_TURNS = ("a", "b")
# What a service is told beside its login, as the secret of the administrator has it.
_ABOUT = ("engine", "dbname", "host", "read_host", "port", "resource_id")
# Where psql finds what it needs, and the keys of the secret.
_ADMINISTRATOR = {
    "PGHOST": "host",
    "PGPORT": "port",
    "PGDATABASE": "dbname",
    "PGUSER": "username",
    "PGPASSWORD": "password",
}

# Objects belong to the owner, whichever login made them.
_MAKE = r"""
set -e
psql -Xq -v ON_ERROR_STOP=1 -v login="$LOGIN" -v owner="$OWNER" -v database="$PGDATABASE" <<'SQL'
SELECT format('CREATE ROLE %I', :'owner') WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'owner') \gexec
SELECT format('CREATE ROLE %I', :'login') WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'login') \gexec
GRANT :"owner" TO CURRENT_USER;
GRANT :"owner" TO :"login";
ALTER ROLE :"login" WITH LOGIN;
ALTER ROLE :"login" SET role TO :"owner";
{grants}
SQL
printf '%s\n%s\n' "$LOGIN_PASSWORD" "$LOGIN_PASSWORD" | psql -Xq -v ON_ERROR_STOP=1 -c "\password $LOGIN"
"""
_CLOSE = """
psql -Xq -v ON_ERROR_STOP=1 -v login="$LOGIN" <<'SQL'
ALTER ROLE :"login" WITH NOLOGIN;
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = :'login';
SQL
"""
# Both sides have to be who they say.
_TRY = """
test "$(psql -XAtq -v ON_ERROR_STOP=1 -c 'select session_user')" = "$PGUSER"
"""


class DatabaseUser:
    """The user of one service. params are the options of the module ecs_database_user."""

    def __init__(self, aws: Aws, params: State):
        self._aws = aws
        self._params = params
        self._secret = Secret(aws, params["secret"])
        self._under_way = _UNDER_WAY in self._secret.tags
        self._about = Secret(aws, params["admin_secret"]).value()
        if not self._about.get("host"):
            raise NotFound(f"The secret {params['admin_secret']} knows no database: run site.yml first.")

    # -- what the module does ----------------------------------------------------------------------------------------

    def ensure(self, check_mode: bool) -> State:
        """A login that works; another one, where a rotation is asked for or was begun. Answers what was done."""
        current, begun = self._secret.value(), self._secret.begun
        asked = self._params["rotate"] and not self._under_way
        if not current or begun or asked:
            if not check_mode:
                self._rotate(current, begun)
            return {"changed": True, "done": "rotated" if current else "created"}
        moved = not self._where.items() <= current.items()
        if self._params["repeat"] and not check_mode:
            self._run(_MAKE, self._made(current["username"]), {"LOGIN_PASSWORD": (CURRENT, "password")})
        if moved and not check_mode:
            self._secret.put({**current, **self._where}, CURRENT)
        done = "repeated" if self._params["repeat"] else "moved" if moved else ""
        return {"changed": bool(done), "done": done}

    def close(self, check_mode: bool) -> State:
        """Let the login before log in no more. It does nothing where no rotation is under way."""
        if not self._under_way:
            return {"changed": False, "done": ""}
        if not check_mode:
            before = self._other(self._secret.value()["username"])
            self._run(_CLOSE, {"LOGIN": before}, {})
            self._secret.untag(_UNDER_WAY)
        return {"changed": True, "done": "closed"}

    # -- the steps of a rotation ---------------------------------------------------------------------------------

    def _rotate(self, current: State, begun: bool) -> None:
        login = self._other(current.get("username", ""))
        if not begun:
            self._secret.put({**self._where, "username": login, "password": self._secret.password()}, PENDING)
        if current:  # the first login has none before it that would have to be closed
            self._secret.tag(_UNDER_WAY)
        self._run(_MAKE, self._made(login), {"LOGIN_PASSWORD": (PENDING, "password")})
        self._run(_TRY, {}, {"PGUSER": (PENDING, "username"), "PGPASSWORD": (PENDING, "password")})
        self._secret.promote()

    @property
    def _where(self) -> State:
        """What a service is told about the database."""
        return {name: self._about[name] for name in _ABOUT if name in self._about}

    def _made(self, login: str) -> dict[str, str]:
        return {"LOGIN": login, "OWNER": self._params["user"]}

    def _other(self, login: str) -> str:
        """The login whose turn it is after this one."""
        first, second = (f"{self._params['user']}_{turn}" for turn in _TURNS)
        return second if login == first else first

    # -- tasks ------------------------------------------------------------------------------------------------------

    def _run(self, script: str, environment: dict[str, str], secrets: dict[str, tuple[str, str]]) -> None:
        """Run a script as the administrator; secrets are variables from a version of the service's secret."""
        steward = Steward(self._aws, self._params, f"{self._params['family']}-database-user")
        admin, own = (steward.secret(self._params[name]) for name in ("admin_secret", "secret"))
        sources = {
            **{name: f"{admin}:{key}::" for name, key in _ADMINISTRATOR.items()},
            **{name: f"{own}:{key}:{stage}:" for name, (stage, key) in secrets.items()},
        }
        grants = "".join(f"{one.rstrip().rstrip(';')};\n" for one in self._params["grants"])
        container = steward.container(
            _CONTAINER,
            self._params["image"],
            ["sh", "-c", script.replace("{grants}", grants)],
            {"PGSSLMODE": "require", "PGCONNECT_TIMEOUT": "10", **environment},
            secrets=[{"name": name, "valueFrom": source} for name, source in sorted(sources.items())],
        )
        with steward.registered([container]) as definition:
            task = Task(
                self._aws,
                {
                    **{name: self._params[name] for name in ("cluster", "subnets", "security_groups", "tags")},
                    "assign_public_ip": self._params["assign_public_ip"],
                    "service": None,
                    "task_definition": definition,
                    "container": _CONTAINER,
                    "log_lines": 10,
                    "wait_timeout": self._params["wait_timeout"],
                },
            )
            task.follow(task.start())
