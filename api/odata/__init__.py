"""OData v4, read-only, over the tables of the BI feed: Excel and Power BI connect to it without a driver.

serving.py: the addresses under /odata; paths.py: which table or row is asked for; options.py: `$select`, `$top` …;
filters.py: `$filter` as a condition; values.py: literals and the types of columns; paging.py: order and `$skiptoken`;
metadata.py: the service document and `$metadata`; answers.py: JSON and errors. Source: docs/bi/odata.md.
"""
