"""Overview: where to go on, what is here, the best honest result, and CNN against FFNN."""

from dashboard import services
from dashboard.overview.borrowed import show_borrowed
from dashboard.overview.onward import show_best, show_onward
from dashboard.overview.panels import show_inventory, show_latest_result, show_steps
from dashboard.shared.feedback import page_header, show_errors

page_header("Genre Lab", "How does a machine learn musical genres, and does it make the mistakes that you would make?")

with show_errors():
    collections = services.collections()
    runs = services.runs()
    show_onward(collections, runs)
    show_steps(collections, runs)
    show_best(runs)
    show_latest_result(runs)
    show_borrowed(runs)
    show_inventory(collections, runs)
