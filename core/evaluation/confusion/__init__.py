"""What confusion matrices say: margins, families, differences, disagreement, sums, and the tree of the genres."""
