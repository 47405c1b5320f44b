"""What all four systems stand on: tenancy, identity, access, log, secrets, jobs, evidence. No pages."""
