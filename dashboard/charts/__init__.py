"""Charts: plain functions from data to a figure. Nothing here reads state or calls streamlit."""
