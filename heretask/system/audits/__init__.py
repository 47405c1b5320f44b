"""The self-audit of every year, and the minutes of the general meeting: both frozen, both signed by two people."""
