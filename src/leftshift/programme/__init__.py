"""Programme and board: who does what by when, what it brings, what threatens it, and who decided."""
