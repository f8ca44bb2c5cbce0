"""Clips chosen and grouped by what people said of them."""

from core.clips.collection import Collection
from core.collections.annotations import Annotation, Correction
from core.collections.chosen import choose_said, group_by_tag

SAID = {
    "bass.00001": Annotation(tags=("vinyl", "live"), note="Hum."),
    "bass.00002": Annotation(tags=("live",), correction=Correction("hiss", "bass", 1.0)),
    "hiss.00001": Annotation(tags=("Loud",)),
    "hiss.00002": Annotation(note="Short."),
    "gone": Annotation(tags=("live",)),
}


def names(collection: Collection) -> list[str]:
    return [clip.name for clip in collection.clips]


def test_any_of_the_tags_and_all_that_is_asked_for(tiny_collection: Collection) -> None:
    def chosen(**asked: object) -> list[str]:
        return names(choose_said(tiny_collection, SAID, **asked))

    assert chosen() == names(tiny_collection)
    assert chosen(tags=["live"]) == ["bass.00001", "bass.00002"]
    assert chosen(tags=["vinyl", "Loud"]) == ["bass.00001", "hiss.00001"]
    assert chosen(tags=["live"], corrected=True) == ["bass.00002"]
    assert chosen(noted=True) == ["bass.00001", "hiss.00002"]
    assert chosen(noted=True, corrected=True) == []
    assert choose_said(tiny_collection, SAID, tags=["live"]).genres == ("bass",)


def test_tags_take_the_place_of_genres(tiny_collection: Collection) -> None:
    grouped = group_by_tag(tiny_collection, SAID)
    assert {clip.name: clip.genre for clip in grouped.clips} == {
        "bass.00001": "live",
        "bass.00002": "live",
        "hiss.00001": "Loud",
    }
    assert grouped.genres == ("Loud", "live")
    assert grouped.genre_as_written(grouped.clip("bass.00001")) == "bass"
    assert group_by_tag(tiny_collection, SAID, tags=["vinyl"]).counts == {"vinyl": 1}
    assert group_by_tag(tiny_collection, {}).clips == ()
