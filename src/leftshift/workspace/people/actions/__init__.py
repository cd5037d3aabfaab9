"""What is done with people: a run is taken in, and a person is looked at only once that is recorded."""
