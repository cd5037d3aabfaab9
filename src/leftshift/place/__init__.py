"""What a place is: organisations and facts with sources; the place folder and its schema."""
