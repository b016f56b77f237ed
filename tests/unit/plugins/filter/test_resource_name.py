# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.sdt.infra.plugins.filter.resource_name import FilterModule

resource_name = FilterModule().filters()["resource_name"]


def test_a_name_that_fits_is_kept() -> None:
    assert resource_name("sdt-stage1", 10) == "sdt-stage1"


def test_a_longer_name_is_cut_and_stays_unique() -> None:
    one, other = (resource_name(f"sdt-production-submission-service-{end}", 32) for end in ("blue", "green"))
    assert len(one) == len(other) == 32
    assert one != other
    assert one.startswith("sdt-production-submissi")


def test_the_name_is_the_same_in_every_run() -> None:
    assert resource_name("sdt-production-submission-service", 32) == "sdt-production-submissi-35fc0b7e"


def test_no_dash_is_doubled_where_the_cut_falls_on_one() -> None:
    assert "--" not in resource_name("sdt-staging-submission--service-runner", 32)


def test_settings_are_part_of_the_name() -> None:
    one = resource_name("sdt-prod-auth", 32, {"port": 8080, "protocol": "HTTP"})
    assert one == resource_name("sdt-prod-auth", 32, {"protocol": "HTTP", "port": 8080})
    assert one != resource_name("sdt-prod-auth", 32, {"port": 8081, "protocol": "HTTP"})
    assert one.startswith("sdt-prod-auth-")
    assert len(one) == len("sdt-prod-auth-") + 8


@pytest.mark.parametrize(("name", "length"), [("", 32), (None, 32), ("sdt", 9), ("sdt", "32"), ("sdt", True)])
def test_nonsense_is_refused(name: object, length: object) -> None:
    with pytest.raises(AnsibleFilterError, match="resource_name needs"):
        resource_name(name, length)
