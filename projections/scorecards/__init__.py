"""From measured indicators to scorecards: policy, composition, evidence, digest."""
