"""Exercises, the working folder, invented agencies."""
