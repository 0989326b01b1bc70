"""Numbers of experiments: sample size, designs, the rule that decides."""
