"""The public edition: what citizens are told, as a page and as open data, and its release."""
