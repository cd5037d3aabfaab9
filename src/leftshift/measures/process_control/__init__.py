"""Process control: whether a series changed, by rules that have a name and a version."""
