"""What can happen: facts, decisions, the register that records them and the log that proves them."""
