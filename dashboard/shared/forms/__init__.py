"""Inputs of forms: values, errors at their inputs, and the parameters of front ends."""
