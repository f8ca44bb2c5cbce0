"""The genres that ID3v1 numbers, with Winamp's further ones: tags of all formats may hold such a number."""

import re

GENRES = tuple(
    """Blues|Classic Rock|Country|Dance|Disco|Funk|Grunge|Hip-Hop|Jazz|Metal|New Age|Oldies|Other|Pop|R&B|Rap|Reggae|
Rock|Techno|Industrial|Alternative|Ska|Death Metal|Pranks|Soundtrack|Euro-Techno|Ambient|Trip-Hop|Vocal|Jazz+Funk|
Fusion|Trance|Classical|Instrumental|Acid|House|Game|Sound Clip|Gospel|Noise|Alternative Rock|Bass|Soul|Punk|Space|
Meditative|Instrumental Pop|Instrumental Rock|Ethnic|Gothic|Darkwave|Techno-Industrial|Electronic|Pop-Folk|Eurodance|
Dream|Southern Rock|Comedy|Cult|Gangsta|Top 40|Christian Rap|Pop/Funk|Jungle|Native American|Cabaret|New Wave|
Psychedelic|Rave|Showtunes|Trailer|Lo-Fi|Tribal|Acid Punk|Acid Jazz|Polka|Retro|Musical|Rock & Roll|Hard Rock|Folk|
Folk-Rock|National Folk|Swing|Fast Fusion|Bebop|Latin|Revival|Celtic|Bluegrass|Avantgarde|Gothic Rock|
Progressive Rock|Psychedelic Rock|Symphonic Rock|Slow Rock|Big Band|Chorus|Easy Listening|Acoustic|Humour|Speech|
Chanson|Opera|Chamber Music|Sonata|Symphony|Booty Bass|Primus|Porn Groove|Satire|Slow Jam|Club|Tango|Samba|Folklore|
Ballad|Power Ballad|Rhythmic Soul|Freestyle|Duet|Punk Rock|Drum Solo|A Cappella|Euro-House|Dancehall|Goa|Drum & Bass|
Club-House|Hardcore|Terror|Indie|BritPop|Afro-Punk|Polsk Punk|Beat|Christian Gangsta Rap|Heavy Metal|Black Metal|
Crossover|Contemporary Christian|Christian Rock|Merengue|Salsa|Thrash Metal|Anime|JPop|Synthpop|Abstract|Art Rock|
Baroque|Bhangra|Big Beat|Breakbeat|Chillout|Downtempo|Dub|EBM|Eclectic|Electro|Electroclash|Emo|Experimental|Garage|
Global|IDM|Illbient|Industro-Goth|Jam Band|Krautrock|Leftfield|Lounge|Math Rock|New Romantic|Nu-Breakz|Post-Punk|
Post-Rock|Psytrance|Shoegaze|Space Rock|Trop Rock|World Music|Neoclassical|Audiobook|Audio Theatre|
Neue Deutsche Welle|Podcast|Indie Rock|G-Funk|Dubstep|Garage Rock|Psybient""".replace("\n", "").split("|")
)
"""By number."""
_NUMBERS = re.compile(r"(?:\((?P<number>\d{1,3}|RX|CR)\))+")
_ONE = re.compile(r"\((\d{1,3}|RX|CR)\)")
_WORDS = {"RX": "Remix", "CR": "Cover"}


def plain_word(text: str) -> str:
    """A genre's name without what people write differently: ``"hiphop"`` of ``Hip-Hop``."""
    return re.sub(r"[\W_]+", "", text.casefold().replace("&", "and"))


_KNOWN = frozenset(map(plain_word, GENRES)) | frozenset(
    ("rnb", "randb", "world", "international", "electronica", "edm", "oldtimehistoric", "spoken", "historic", "altrock",
     "drumandbass", "dnb", "singersongwriter", "easylistening", "souland rnb".replace(" ", ""), "kpop", "rockabilly",
     "hiphoprap", "folkrock", "hardcore", "americana", "flamenco", "fado", "soundtracks", "classic", "indiepop")
)  # fmt: skip


def is_known_genre(text: str) -> bool:
    """Whether a name is one of a genre that many use: a folder called so is likely to hold that genre."""
    return plain_word(text) in _KNOWN


def without_numbers(text: str) -> list[str]:
    """Genres of a tag as ID3v2 allows it to be written: numbers become names, ``(17)Rock`` one of both.

    >>> without_numbers("(17)"), without_numbers("17"), without_numbers("(4)Eurodisco"), without_numbers("(51)(39)")
    (['Rock'], ['Rock'], ['Eurodisco'], ['Techno-Industrial', 'Noise'])
    """
    if text.isdecimal() and len(text) <= 3:
        return [GENRES[int(text)]] if int(text) < len(GENRES) else [] if text == "255" else [text]
    if match := _NUMBERS.match(text):
        rest = text[match.end() :].strip()
        named = [_named(number) for number in _ONE.findall(match[0])]
        # What follows a number refines it: it is the genre as somebody wrote it.
        return [*named[:-1], rest] if rest else [name for name in named if name]
    return [text]


def _named(number: str) -> str:
    if number in _WORDS:
        return _WORDS[number]
    return GENRES[int(number)] if int(number) < len(GENRES) else ""
