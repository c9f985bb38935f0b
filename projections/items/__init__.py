"""What the parties have promised, risked, shared and gained, as it stands at a date, as known at a position, in a view.

One file per family of items: its relation over the journal, and the rows that people and programs get.
"""
