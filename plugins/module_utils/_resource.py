# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This file is private to the collection and may change without notice.
"""What a module says about its resource: how it is found, what is desired, how it is created, updated and deleted."""

from __future__ import annotations

import typing as t
from abc import ABC, abstractmethod

from ansible_collections.sdt.infra.plugins.module_utils._aws import Aws
from ansible_collections.sdt.infra.plugins.module_utils._compare import State, without_none
from ansible_collections.sdt.infra.plugins.module_utils._errors import InfraError
from ansible_collections.sdt.infra.plugins.module_utils._tags import owned


class Resource(ABC):
    """One AWS resource as the user described it. State is a dict in the terms of the module's options."""

    kind: t.ClassVar[str]  # what messages call it, such as "NAT gateway"
    key: t.ClassVar[str]  # what the result calls it, such as "nat_gateway"
    identity: t.ClassVar[str] = "name"  # the option that names it
    fields: t.ClassVar[tuple[str, ...]] = ()  # options that are settings of the resource; tags come by themselves
    create_only: t.ClassVar[frozenset[str]] = frozenset()  # AWS cannot change these; a difference is refused
    replace_on: t.ClassVar[frozenset[str]] = frozenset()  # AWS cannot change these; a difference replaces
    initial: t.ClassVar[frozenset[str]] = frozenset()  # given at creation, then owned by others; never compared
    exact: t.ClassVar[frozenset[str]] = frozenset()  # maps that are compared whole, not only the keys given
    secret: t.ClassVar[frozenset[str]] = frozenset()  # never shown
    computed: t.ClassVar[tuple[str, ...]] = ()  # keys AWS adds; check mode returns a placeholder for each
    holds_data: t.ClassVar[bool] = False  # deleting or replacing it loses what is in it
    serves: t.ClassVar[bool] = False  # deleting or replacing it interrupts the service
    others_tags: t.ClassVar[tuple[str, ...]] = ()  # what the names of tags begin with that others own; they are kept
    poll_seconds: t.ClassVar[float] = 10.0  # longest pause between two looks while waiting

    def __init__(self, aws: Aws, options: State):
        self.aws = aws
        self.options = options
        self.peers: tuple[str, ...] = (self.name,)  # names of all resources of this call, to read them in one request
        self.host = ""  # the inventory host it belongs to, in a call for several hosts

    @property
    def name(self) -> str:
        return str(self.options[self.identity])

    @property
    def wants_tags(self) -> bool:
        """Whether tags are to be read: they are managed, or say whose the resource is."""
        return self.options.get("tags") is not None or bool(self.options.get("owner"))

    def tags_at(self, arn: str, read: t.Callable[[], dict[str, str]]) -> dict[str, str]:
        """The tags of what has this ARN, for services that tell them in a request of its own, which read sends.

        While a run has changed nothing, the tagging service is asked for all of the environment's tags at once. It
        lags behind by some seconds and does not know everything: it is believed where it shows just what is wanted.
        """
        owner = self.options.get("owner")
        if owner and self.aws.quiet:
            with self.aws.sparing("each resource is asked for its tags"):
                tags = owned(self.aws, owner).get(arn)
                if tags is not None and self.wants_just(tags):
                    return tags
        return read()

    def wants_just(self, tags: dict[str, str]) -> bool:
        """Whether these are the tags that are wanted and no others; without any, whether the owner's are among them."""
        wanted = self.options.get("tags")
        named = {str(name): str(value) for name, value in (wanted or self.options.get("owner") or {}).items()}
        return tags == named if wanted is not None else named.items() <= tags.items()

    # -- what a module says -------------------------------------------------------------------------------------

    @abstractmethod
    def find(self) -> State | None:
        """Read the resource; None when it does not exist. Values are normalised so that they can be compared."""

    @abstractmethod
    def create(self, desired: State) -> None:
        """Create it with everything in desired, tags included, in as few requests as AWS allows."""

    @abstractmethod
    def delete(self, current: State) -> None:
        """Delete it; being gone already is no error."""

    def desired(self) -> State:
        """What the user asks for: an option that was left out is left out."""
        return {name: without_none(self.options[name]) for name in self.fields if self.options.get(name) is not None}

    def check_delete(self, current: State) -> None:  # noqa: B027 - most have nothing to lose
        """Refuse, with InfraError, a deletion that would take what is still in it along; asked in check mode too."""

    def update(self, current: State, changes: State) -> None:
        """Set what differs; changes holds the desired value of each differing field, without tags."""
        raise InfraError(f"{self.kind} {self.name} cannot be changed: {', '.join(sorted(changes))}.")

    def replace(self, current: State, desired: State) -> None:
        """Replace it because a field in replace_on differs. Override where the new one must come first."""
        self.delete(current)
        self.create(desired)

    def link(self, desired: State) -> None:  # noqa: B027 - most have nothing to link
        """Set what refers to other resources of the same call: it comes once all of them exist, after any change."""

    def set_tags(self, current: State, tags: dict[str, str]) -> None:
        """Set these tags on the existing resource."""
        raise InfraError(f"{self.kind} {self.name} cannot be tagged.")

    def remove_tags(self, current: State, names: list[str]) -> None:
        """Remove the tags of these names from the existing resource."""
        raise InfraError(f"{self.kind} {self.name} cannot be tagged.")

    def ready(self, state: State) -> bool:
        """True when nothing is under way any more; raise InfraError when it failed for good."""
        return True

    def gone(self, state: State | None) -> bool:
        """True when a deletion is finished."""
        return state is None

    def leaving(self, state: State) -> bool:
        """True while AWS is still deleting it: it counts as absent, and a new one comes after it is gone."""
        return False

    def progress(self, state: State | None) -> str:
        """How far it is, for the message when waiting took too long."""
        return str((state or {}).get("status") or ("present" if state else "not found"))

    def adjust(self, current: State, desired: State) -> State:
        """desired in the light of what exists, where AWS may move a field on, such as storage that has grown."""
        return desired

    def effects(self, action: str, changes: State) -> list[str]:
        """What the decision costs, for whoever reads a plan: "loses data", "interrupts the service"."""
        ends = action in ("delete", "replace")
        told = ["loses data"] if ends and self.holds_data else []
        if ends and self.serves:
            told.append("interrupts the service")
        return told

    def pending(self, state: State) -> list[str]:
        """What only a person can do next, one sentence each."""
        return []

    def warnings(self, state: State) -> list[str]:
        """What works but deserves a second thought, one sentence each."""
        return []
