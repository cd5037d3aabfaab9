"""Statistics of public health, over many series at once: estimates with intervals, standardising, comparing, suppressing."""
