"""The living assessment: every promise with its state, figure, sample and age."""
