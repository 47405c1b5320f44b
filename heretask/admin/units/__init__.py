"""The houses and teams of a customer."""
