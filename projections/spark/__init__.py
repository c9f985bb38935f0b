"""Scorecards on Apache Spark: the journal as Parquet, the same expressions as Spark SQL, results as Parquet."""
