# SPDX-License-Identifier: GPL-2.0
"""What the selftests share; nothing here needs more than Python's library."""
