"""The checks of a fund plan, by the rules of its round."""
