"""Paper: documents that leave the house as PDF, readable aloud and for decades (PDF/UA-1, PDF/A-3a)."""
