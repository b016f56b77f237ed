# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Stands in for the API of AWX 24.6.1 as far as the modules of awx.awx ask it for what the role controller makes.

It refuses what AWX refuses: what refers to nothing, names that are taken, surveys, schedules and inputs of
credentials that are not valid. What it was held against is a real AWX 24.6.1: the role gives both the same, first
and second run.
https://docs.ansible.com/projects/awx/en/24.6.1/rest_api/index.html
"""

from __future__ import annotations

import http.server
import json
import re
import threading
import typing as t
import urllib.parse

Object = dict[str, t.Any]
ENCRYPTED = "$encrypted$"

# Fields that refer to another object, and the kind it is of.
REFERENCES = {
    "organization": "organizations",
    "project": "projects",
    "source_project": "projects",
    "inventory": "inventories",
    "credential_type": "credential_types",
    "credential": "credentials",
    "execution_environment": "execution_environments",
    "default_environment": "execution_environments",
    "workflow_job_template": "workflow_job_templates",
}
REQUIRED = {
    "organizations": ("name",),
    "teams": ("name", "organization"),
    "projects": ("name",),
    "execution_environments": ("name", "image"),
    "credential_types": ("name", "kind"),
    "credentials": ("name", "credential_type"),
    "inventories": ("name", "organization"),
    "inventory_sources": ("name", "inventory"),
    "job_templates": ("name", "project", "playbook"),
    "workflow_job_templates": ("name",),
    "workflow_job_template_nodes": ("workflow_job_template",),
    "schedules": ("name", "rrule", "unified_job_template"),
    "notification_templates": ("name", "organization", "notification_type"),
}
TEMPLATES = ("job_templates", "workflow_job_templates", "projects", "inventory_sources", "workflow_approval_templates")
ROLES = {
    "job_templates": ("admin_role", "execute_role", "read_role"),
    "workflow_job_templates": ("admin_role", "execute_role", "read_role", "approval_role"),
}
QUESTIONS = ("text", "textarea", "password", "integer", "float", "multiplechoice", "multiselect")


class Refused(Exception):
    """What AWX answers with the status 400, or another."""

    def __init__(self, said: t.Any, status: int = 400):
        self.said, self.status = said, status
        super().__init__(str(said))


class Controller:
    """The objects of an AWX. requests are what was asked, without what was said."""

    def __init__(self, playbooks: t.Container[str], prefix: str = "/api/") -> None:
        self.playbooks = playbooks  # of its one project
        self.prefix = f"{prefix}v2/"
        self.kinds: dict[str, dict[int, Object]] = {
            kind: {} for kind in (*REQUIRED, "workflow_approval_templates", "project_updates", "tokens")
        }
        self.links: dict[str, list[int]] = {}
        self.surveys: dict[str, Object] = {}
        self.secrets: list[str] = []  # what it was given and does not show
        self.requests: list[tuple[str, str]] = []
        self._last = 0
        self._lock = threading.Lock()

    def writes(self) -> list[tuple[str, str]]:
        """What was asked that changes something; tokens are not counted."""
        return [one for one in self.requests if one[0] != "GET" and "/tokens/" not in one[1]]

    def named(self, kind: str) -> dict[str, Object]:
        return {one.get("name") or one["identifier"]: one for one in self.kinds[kind].values()}

    def answer(self, method: str, path: str, query: dict[str, str], body: Object) -> tuple[int, t.Any]:
        with self._lock:
            self.requests.append((method, path))
            if not path.startswith(self.prefix):
                raise Refused({"detail": "The requested resource could not be found."}, 404)
            kind, _, rest = path.removeprefix(self.prefix).strip("/").partition("/")
            number, _, sub = rest.partition("/")
            if kind == "unified_job_templates":
                return 200, self._listed([one for name in TEMPLATES for one in self.kinds[name].values()], query)
            if kind == "roles":
                return self._linked(method, f"roles/{number}/{sub}", "teams", body)
            if kind not in self.kinds:
                raise Refused({"detail": "The requested resource could not be found."}, 404)
            if not number:
                return (
                    (201, self._made(kind, body))
                    if method == "POST"
                    else (200, self._listed(list(self.kinds[kind].values()), query))
                )
            one = self.kinds[kind].get(int(number))
            if one is None:
                raise Refused({"detail": "Not found."}, 404)
            if sub == "survey_spec":
                return self._survey(method, f"{kind}/{number}", body)
            if sub == "create_approval_template":
                return 201, self._approval(one, body)
            if sub:
                of = "workflow_job_template_nodes" if sub.endswith("_nodes") else sub.partition("_templates_")[0]
                of = "notification_templates" if sub.startswith("notification_templates") else of
                return self._linked(method, f"{kind}/{number}/{sub}", of, body)
            if method == "DELETE":
                del self.kinds[kind][int(number)]
                return 204, None
            if method == "PATCH":
                self._valid(kind, {**one, **body})
                one.update(self._hidden(kind, {**one, **body}))
            return 200, self._shown(kind, one)

    def _listed(self, objects: list[Object], query: dict[str, str]) -> Object:
        wanted = {name: value for name, value in query.items() if name not in ("page_size", "page", "order_by")}
        found = []
        for one in objects:
            organization = self.kinds["organizations"].get(one.get("organization") or 0, {})
            known = {
                **one,
                "organization__name": organization.get("name"),
                "or__id": one["id"],
                "or__name": one.get("name"),
            }
            if all(str(known.get(name)) == value for name, value in wanted.items()):
                found.append(self._shown(self._kind(one), one))
        return {"count": len(found), "next": None, "previous": None, "results": found}

    def _kind(self, one: Object) -> str:
        return next(kind for kind, objects in self.kinds.items() if objects.get(one["id"]) is one)

    def _shown(self, kind: str, one: Object) -> Object:
        shown = {**one, "url": f"{self.prefix}{kind}/{one['id']}/", "related": {}, "summary_fields": {}}
        if kind in ("job_templates", "workflow_job_templates"):
            shown["related"]["survey_spec"] = f"{shown['url']}survey_spec/"
            shown["summary_fields"]["object_roles"] = {
                role: {"id": one["id"] * 10 + place} for place, role in enumerate(ROLES[kind])
            }
        if kind == "projects":
            shown["summary_fields"]["current_update"] = {"id": one["id"]}
        if kind == "workflow_job_template_nodes":
            if one.get("unified_job_template") in self.kinds["workflow_approval_templates"]:
                shown["related"]["unified_job_template"] = (
                    f"{self.prefix}workflow_approval_templates/{one['unified_job_template']}/"
                )
            workflow = self.kinds["workflow_job_templates"][one["workflow_job_template"]]
            shown["summary_fields"]["workflow_job_template"] = {"id": workflow["id"], "name": workflow["name"]}
            starts = next(
                (
                    self.kinds[name][one["unified_job_template"]]
                    for name in TEMPLATES
                    if one.get("unified_job_template") in self.kinds[name]
                ),
                None,
            )
            if starts:
                approval = "timeout" in starts and starts["type"] == "workflow_approval_template"
                shown["summary_fields"]["unified_job_template"] = {
                    "name": starts["name"],
                    "description": starts["description"],
                    "unified_job_type": "workflow_approval" if approval else "job",
                    **({"timeout": starts["timeout"]} if approval else {}),
                }
            for when in ("success_nodes", "failure_nodes", "always_nodes"):
                shown[when] = self.links.get(f"{kind}/{one['id']}/{when}", [])
        return shown

    def _made(self, kind: str, body: Object) -> Object:
        if kind == "tokens":
            self._last += 1
            self.kinds[kind][self._last] = {"id": self._last, "token": "of a test"}
            return self.kinds[kind][self._last]
        self._valid(kind, body)
        same = (
            "name",
            "organization",
            "workflow_job_template",
            "identifier",
            "unified_job_template" if kind == "schedules" else "inventory",
        )
        if any(all(one.get(field) == body.get(field) for field in same) for one in self.kinds[kind].values()):
            raise Refused({"__all__": [f"{kind} with this name already exists."]})
        self._last += 1
        one = {"description": "", **self._hidden(kind, body), "id": self._last, "type": kind.removesuffix("s")}
        if kind == "inventories":
            one["type"] = "inventory"
        self.kinds[kind][self._last] = one
        if kind == "projects":  # which AWX reads at once
            one["scm_revision"] = ""
            self.kinds["project_updates"][one["id"]] = {"id": one["id"], "status": "successful"}
        return self._shown(kind, one)

    def _valid(self, kind: str, body: Object) -> None:
        missing = [field for field in REQUIRED[kind] if body.get(field) in (None, "")]
        if missing:
            raise Refused({field: ["This field is required."] for field in missing})
        for field, of in REFERENCES.items():
            if body.get(field) is not None and int(body[field]) not in self.kinds[of]:
                raise Refused({field: [f'Invalid pk "{body[field]}" - object does not exist.']})
        if kind == "job_templates" and body["playbook"] not in self.playbooks:
            raise Refused({"playbook": ["Playbook not found for project."]})
        if kind == "schedules":
            _rule(body["rrule"])
        if kind == "credentials":
            known = {field["id"] for field in self._type_of(body)["inputs"]["fields"]}
            if set(body.get("inputs") or {}) - known:
                raise Refused({"inputs": [f"{sorted(set(body['inputs']) - known)} is not allowed"]})

    def _type_of(self, credential: Object) -> Object:
        return self.kinds["credential_types"][int(credential["credential_type"])]

    def _hidden(self, kind: str, body: Object) -> Object:
        """What is shown of it: never what is secret."""
        if kind != "credentials" or not body.get("inputs"):
            return body
        secret = {field["id"] for field in self._type_of(body)["inputs"]["fields"] if field.get("secret")}
        self.secrets.extend(value for name, value in body["inputs"].items() if name in secret and value != ENCRYPTED)
        return {
            **body,
            "inputs": {name: ENCRYPTED if name in secret else value for name, value in body["inputs"].items()},
        }

    def _linked(self, method: str, link: str, of: str, body: Object) -> tuple[int, t.Any]:
        there = self.links.setdefault(link, [])
        if method == "GET":
            return 200, self._listed([self.kinds[of][one] for one in there if one in self.kinds[of]], {})
        if body.get("disassociate"):
            there.remove(body["id"])
        elif body["id"] not in self.kinds[of]:
            raise Refused({"msg": "no such object"})
        elif body["id"] not in there:
            there.append(body["id"])
        return 204, None

    def _survey(self, method: str, owner: str, body: Object) -> tuple[int, t.Any]:
        if method == "DELETE":
            self.surveys.pop(owner, None)
        if method == "POST":
            _survey_valid(body)
            self.surveys[owner] = body
        return 200, self.surveys.get(owner, {}) if method == "GET" else None

    def _approval(self, node: Object, body: Object) -> Object:
        self._last += 1
        one = {"id": self._last, "type": "workflow_approval_template", "description": "", "timeout": 0, **body}
        self.kinds["workflow_approval_templates"][self._last] = one
        node["unified_job_template"] = self._last
        return {**one, "url": f"{self.prefix}workflow_approval_templates/{self._last}/"}


def _rule(rule: str) -> None:
    if not re.fullmatch(
        r"DTSTART(;TZID=[A-Za-z/_]+)?:\d{8}T\d{6}Z? RRULE:FREQ=[A-Z]+;INTERVAL=\d+(;[A-Z]+=[-A-Z0-9,]+)*", rule
    ):
        raise Refused({"rrule": ["Valid DTSTART and RRULE with INTERVAL are required."]})


def _survey_valid(survey: Object) -> None:
    seen = set()
    for place, one in enumerate(survey["spec"]):
        wrong = None
        if (
            not isinstance(one.get("question_name"), str)
            or not isinstance(one.get("variable"), str)
            or "required" not in one
        ):
            wrong = "lacks question_name, variable or required"
        elif one["variable"] in seen:
            wrong = f"has the variable {one['variable']} again"
        elif one["type"] not in QUESTIONS:
            wrong = f"has the type {one['type']}"
        elif one["type"] in ("multiplechoice", "multiselect") and not one.get("choices"):
            wrong = "has no choices"
        elif one["type"] == "text" and not isinstance(one.get("default", ""), str):
            wrong = "has a default that is no text"
        elif one["type"] == "integer" and one.get("default", "") != "" and not isinstance(one["default"], int):
            wrong = "has a default that is no integer"
        elif one["type"] == "multiplechoice" and one.get("default") and one["default"] not in one["choices"]:
            wrong = "has a default that is no choice"
        if wrong:
            raise Refused({"error": f"Question {place} {wrong}."})
        seen.add(one["variable"])


def serve(controller: Controller) -> http.server.ThreadingHTTPServer:
    """Serve it on a free port of this machine."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def _do(self) -> None:
            parts = urllib.parse.urlsplit(self.path)
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length) or b"{}")
            try:
                status, said = controller.answer(
                    self.command, parts.path, dict(urllib.parse.parse_qsl(parts.query)), body
                )
            except Refused as refused:
                status, said = refused.status, refused.said
            text = b"" if said is None else json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text)))
            self.send_header("X-API-Product-Name", "AWX")
            self.send_header("X-API-Product-Version", "24.6.1")
            self.end_headers()
            self.wfile.write(text)

        do_GET = do_POST = do_PATCH = do_DELETE = _do

        def log_message(self, format: str, *arguments: t.Any) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server
