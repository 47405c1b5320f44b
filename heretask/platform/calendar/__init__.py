"""The calendar: appointments of a unit, about a citizen, or between people."""
