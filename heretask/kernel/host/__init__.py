"""The servers themselves: what their own log says of people, and how they are set up. No tables, no pages."""
