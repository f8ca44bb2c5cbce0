"""What visitors can change, each action behind the guard of `dashboard.access`.

Pages take from here whatever starts, stops, stores or deletes something that others see, and nowhere else: a test makes
sure of it. What only the visitor sees (choices, uploads to classify) is no change.
"""
