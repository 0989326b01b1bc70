"""Measures of a process from its event log: cases, waits, hand-overs, effort."""
