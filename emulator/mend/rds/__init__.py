# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""RDS for PostgreSQL: what AWS offers and refuses, changes that wait, and statuses that follow the clock."""

from __future__ import annotations

from emulator.mend.rds import events, groups, instances, life, maintenance, offers, replicas, restores, snapshots

__all__ = ["events", "groups", "instances", "life", "maintenance", "offers", "replicas", "restores", "snapshots"]
