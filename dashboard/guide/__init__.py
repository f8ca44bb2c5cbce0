"""What the page Guide draws: the study retold in seven steps, each of which opens a page as it is needed."""
