"""The releases: what was released by whom, the source and its materials, and that nothing else runs."""
