"""Event logs: mapping, time stamps, the steps of cases."""
