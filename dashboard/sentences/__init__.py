"""Text from data: sentences, names and numbers in words; free of Streamlit."""
