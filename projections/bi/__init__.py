"""The BI feed: a star schema of everything that the register says, kept up to date by a follower.

columns.py: what a column is and how it is stored; dimensions.py, scores.py, items.py, events.py: the tables;
catalogue.py: all of them; keeping.py: rows that changed are written, others are left alone; follower.py: what has to be
worked out anew; feed.py: rows as they leave; views.py: the same tables for SQL clients. Source: docs/bi/index.md.
"""
