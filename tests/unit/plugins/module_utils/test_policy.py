# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import pytest
from ansible_collections.sdt.infra.plugins.module_utils import _policy

BASE = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"], "Resource": "*"}],
}


@pytest.mark.parametrize(
    "same",
    [
        {**BASE, "Statement": BASE["Statement"][0]},
        {**BASE, "Statement": [{"Effect": "Allow", "Action": ["s3:PutObject", "s3:GetObject"], "Resource": ["*"]}]},
        '{"Version": "2012-10-17", "Statement": '
        '{"Action": ["s3:PutObject", "s3:GetObject"], "Effect": "Allow", "Resource": "*"}}',
        "%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow%22%2C%22Action%22%3A%5B"
        "%22s3%3AGetObject%22%2C%22s3%3APutObject%22%5D%2C%22Resource%22%3A%22%2A%22%7D%5D%7D",
    ],
)
def test_the_same_meaning_has_one_form(same: object) -> None:
    assert _policy.canonical(same) == _policy.canonical(BASE)


def test_accounts_and_their_root_are_the_same_principal() -> None:
    def policy(principal: object) -> dict:
        return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Principal": principal}]}

    assert _policy.canonical(policy({"AWS": "arn:aws:iam::123456789012:root"})) == _policy.canonical(
        policy({"AWS": ["123456789012"]})
    )
    assert _policy.canonical(policy("*")) == _policy.canonical(policy({"AWS": "*"}))


@pytest.mark.parametrize("change", [{"Effect": "Deny"}, {"Resource": "arn:aws:s3:::x"}, {"Action": "s3:GetObject"}])
def test_another_meaning_has_another_form(change: dict) -> None:
    other = {**BASE, "Statement": [{**BASE["Statement"][0], **change}]}
    assert _policy.canonical(other) != _policy.canonical(BASE)


def test_nothing_is_none() -> None:
    assert _policy.canonical("") is None
    assert _policy.canonical(None) is None
