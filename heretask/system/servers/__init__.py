"""The servers: who was there and by which act, how they are set up, and the log of the hosting portal."""
