"""What the pages show: plain values, worded and formatted, made from the document of a run."""
