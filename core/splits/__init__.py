"""Splits: how clips are divided into train, validation and test parts, and what a protocol lets leak."""
