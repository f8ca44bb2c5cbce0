"""The verdict on two or more answerers: who is better, by how much, how sure that is, and in words."""
