"""The training agency: an invented service with seven planted truths, anew for each learner."""
