"""Where expressions run: DuckDB in this process, or Spark where the records outgrow a machine."""
