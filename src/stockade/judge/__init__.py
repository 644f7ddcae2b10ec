"""What the runs of a submission amount to: checkers compare outputs, judging gives the verdict."""
