"""What the parties have promised, risked, shared and gained: one file for each kind of item."""
