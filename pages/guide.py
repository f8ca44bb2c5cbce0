"""Guide: the study behind Genre Lab in seven steps, on the collection at hand."""

from dashboard import services
from dashboard.access import may_change
from dashboard.guide.scene import Scene
from dashboard.guide.tour import show_tour
from dashboard.sentences.guide import LESSON_MIN
from dashboard.shared.collection_picker import pick_collection
from dashboard.shared.feedback import page_header, show_errors

page_header(
    "Guide",
    f"The study behind Genre Lab in seven steps, on music that is here: a lesson of {LESSON_MIN} minutes, or your own "
    "pace.",
)

with show_errors():
    runs = services.runs()
    collection = pick_collection(offer_demo=False, filters=False)
    show_tour(Scene(collection=collection, runs=runs, may_change=may_change()))
