"""Overview: what is here, where to start, and the latest CNN-against-FFNN result."""

from dashboard import services
from dashboard.overview.borrowed import show_borrowed
from dashboard.overview.panels import show_inventory, show_latest_result, show_steps
from dashboard.shared.feedback import page_header, show_errors

page_header("Genre Lab", "How does a machine learn musical genres, and does it make the mistakes that you would make?")

with show_errors():
    collections = services.collections()
    runs = services.runs()
    show_steps(collections, runs)
    show_latest_result(runs)
    show_borrowed(runs)
    show_inventory(collections, runs)
