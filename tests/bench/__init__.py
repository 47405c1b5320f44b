"""What the figures of docs/performance.md are: ratios of two ways, taken in turns in one run."""
