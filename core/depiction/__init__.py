"""What is drawn and heard of a clip beside its stored features."""
