"""Invented agencies from a seed, with the truths planted in them. No agency here is real."""
