"""Risks, subcontractors, physical security, processing and consultations: registers with pages, pictures and files."""
