"""Drafts: what somebody was writing, kept on the server until it is signed or thrown away."""
