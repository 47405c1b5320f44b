"""The systems are watched: signals, limits, alarms, planted faults, and a switch outside the server (MON-1)."""
