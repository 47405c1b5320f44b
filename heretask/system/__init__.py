"""HereTask System: the management system and the living assessment."""
