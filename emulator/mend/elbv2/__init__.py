# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Elastic Load Balancing v2: the defaults, states and refusals of AWS."""

from __future__ import annotations

from emulator.mend.elbv2 import listeners, load_balancers, tags, target_groups, targets

__all__ = ["listeners", "load_balancers", "tags", "target_groups", "targets"]
