"""The queue of trainings: who waits, in which order, and how many run at once. All of it is on disk."""
