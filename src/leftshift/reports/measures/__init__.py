"""Reports of measures: charts, icons and the pages made of them."""
