"""Trained ears: MusiCNN, a network that others trained on the tags of many songs; knows neither clips nor front ends.

`weights` finds the trained weights, `checkpoint` reads them, `layers` and `network` are the network.
"""
