"""The report of a programme: its sections as blocks, each picture with its table, and highlight reports that never change."""
