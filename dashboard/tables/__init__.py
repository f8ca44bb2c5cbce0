"""Tables that pages, reports and files show, made from data; free of Streamlit."""
