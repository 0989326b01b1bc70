"""ccwork: adopt customer centricity in a public agency, and measure it."""

__version__ = "0.1.0"
