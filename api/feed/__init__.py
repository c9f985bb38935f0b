"""The BI feed as files and over HTTP.

formats.py: rows as Parquet, CSV and NDJSON; package.py: what the files hold, as a data package; exporting.py: a folder
of them; serving.py: /bi; freshness.py and following.py: the feed is brought up to date. Source: docs/bi/index.md.
"""
