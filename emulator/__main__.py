# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""``python -m emulator``: serve until told to stop."""

from __future__ import annotations

import sys

from emulator.server import main

if __name__ == "__main__":
    sys.exit(main())
