"""What protects the people of a set: pseudonyms, legal bases, opt-outs and what of small numbers may be shown."""
