"""The two tables of protocols: one entry each, and nothing else to write for a new one."""

import pytest

from core.errors import ConfigError
from core.splits.config import SplitConfig, split_config_from_dict
from core.splits.make import MAKERS, make_split
from core.splits.protocols import PROTOCOLS, protocol_of, protocol_title
from core.splits.summary import permitted, protocols_for, summarise
from tests.core.splits.clips import gtzan
from tests.core.splits.made_up import ALPHABETICAL, add_alphabetical


def test_the_tables_hold_the_same_protocols() -> None:
    assert list(MAKERS) == list(PROTOCOLS)
    assert all(key == protocol.id for key, protocol in PROTOCOLS.items())
    assert not any(":" in key for key in PROTOCOLS)  # parts a protocol from its column


def test_what_the_table_says_decides_what_a_configuration_may_have() -> None:
    fold = {key for key in PROTOCOLS if _is_possible(key, n_folds=5)}
    join = {key for key in PROTOCOLS if _is_possible(key, join_findings=True)}
    cut = {key for key in PROTOCOLS if _is_possible(key, n_excerpts=10)}
    assert fold == {"clip", "repeat", "group", "artist"}
    assert join == {"clip", "repeat", "group", "artist"}
    assert cut == {"segment-random"}
    assert {key for key, protocol in PROTOCOLS.items() if protocol.is_fixed} == {"fault-filtered"}
    assert {key for key, protocol in PROTOCOLS.items() if protocol.is_wrong} == {"segment-random"}


def _is_possible(key: str, **values: object) -> bool:
    needed: dict[str, object] = {}
    if PROTOCOLS[key].takes_column:
        needed["group_column"] = "album"
    if PROTOCOLS[key].takes_file:
        needed["file"] = "0" * 64
    try:
        split_config_from_dict({"protocol": key, **needed, **values})
    except ConfigError:
        return False
    return True


def test_a_key_names_protocol_and_column() -> None:
    key = SplitConfig(protocol="group", group_column="a: b").key
    assert key == "group:a: b"
    assert protocol_of(key) is PROTOCOLS["group"]
    assert protocol_title(key) == "By a: b"
    assert protocol_title("segment-random") == "Segments at random"


def test_a_made_up_protocol_divides_and_is_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    add_alphabetical(monkeypatch)
    collection = gtzan().subset(("blues", "jazz"))
    config = SplitConfig(protocol=ALPHABETICAL.id, test_fraction=0.3, validation_fraction=0.1)
    split = make_split(collection, config, seed=1)
    assert split.protocol == "by alphabet: 120 train, 20 validation, 60 test"
    assert split.names["test"][0] == "blues.00070"
    assert split_config_from_dict(config.to_dict()) == config
    assert config.ground(1) != SplitConfig(protocol=ALPHABETICAL.id).ground(1)
    summary = summarise(collection, config, seed=1, clips=collection.clips)
    assert summary.sizes == {"train": 120, "validation": 20, "test": 60}
    assert summary.leaks[0].by_clip is not None
    assert permitted(collection, collection.clips, seed=1).splits[ALPHABETICAL.id] == SplitConfig(
        protocol=ALPHABETICAL.id
    )
    reasons = protocols_for(collection.clips[:19], collection.facts)
    assert reasons[ALPHABETICAL.id] == "there are fewer than 20 clips"
