"""Overview: what is here, where to start, and the latest CNN-against-FFNN result."""

from dashboard import services
from dashboard.widgets.feedback import page_header, show_errors
from dashboard.widgets.overview_panels import show_inventory, show_latest_result, show_steps

page_header("Genre Lab", "How does a machine learn musical genre, and are its mistakes the ones that you would make?")

with show_errors():
    collections = services.collections()
    runs = services.runs()
    show_steps(collections, runs)
    show_latest_result(runs)
    show_inventory(collections, runs)
