# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A run tells what it waits for, whichever way its modules run."""

from __future__ import annotations

import pytest

TABLE = {"name": "test", "hash_key": {"name": "id"}, "region": "us-east-1"}


@pytest.mark.parametrize("callbacks", ["sdt.infra.warm,sdt.infra.waits", "sdt.infra.waits"])
@pytest.mark.parametrize("more", [{}, {"loop": [1]}], ids=["once", "loop"])
def test_a_wait_is_told(project, emulator, callbacks, more):
    emulator.times(kinds={"dynamodb.table.creating": 4})
    done = project.run(
        "sdt.infra.warm",
        [{"sdt.infra.dynamodb_table": TABLE, **more}],
        AWS_ENDPOINT_URL=emulator.url,
        AWS_ACCESS_KEY_ID="testing",
        AWS_SECRET_ACCESS_KEY="testing",
        ANSIBLE_CALLBACKS_ENABLED=f"{callbacks},record_results",
        SDT_INFRA_WAITS_LOG_SECONDS="1",
    )
    assert done.code == 0, done.output
    assert "waiting for DynamoDB table test to be ready: CREATING, " in done.output
