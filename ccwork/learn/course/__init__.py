"""A course to hold tomorrow: its plan, what is printed for it, its slides, the learner's way."""
