"""Genre Lab without a browser: collections, features, models, runs and evaluation.

Nothing in this package imports streamlit, plotly or altair.
"""
