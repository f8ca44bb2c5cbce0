"""Quality of a collection: damaged and odd clips, exact repeats, near duplicates, suspected mislabels."""
