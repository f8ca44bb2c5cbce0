"""Features of clips: what is stored and drawn, and the front ends that compute them from sound."""
