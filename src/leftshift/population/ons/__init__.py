"""The files of the Office for National Statistics, read as they are published."""
