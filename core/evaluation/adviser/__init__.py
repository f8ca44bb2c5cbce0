"""Which genres to drop or to merge: estimates from what a run said of its test clips, without training anew."""
