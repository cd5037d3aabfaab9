"""What simulations, stress tests and goals say, as content of a report: made from their documents alone.

So a study that was kept shows the same as on the day it was made, on a page, on paper and at the terminal.
"""
