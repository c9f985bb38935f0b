"""What the facts mean: journal, items, indicators, scorecards and feeds, all computed from the log."""
