"""How the ten genres of GTZAN are kin by the histories of popular music: a prior that was written down beforehand.

It is one reading of these books, made without a look at any run; who reads them otherwise brings a table of their own
(`core.evaluation.human.kinship.read_kinship`). Pairs that are not listed are not said to be unrelated: no kinship was
found in these sources that is worth a number, and they count as 0.

Strengths: 3, one grew out of the other; 2, one shaped the other when it was formed, or they shared players and songs
for years; 1, a mixed form or borrowings are well documented, while each stands by itself.
"""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Source:
    """A book or an article.

    Attributes
    ----------
    authors : str
    year : int
        Of the first edition.
    title : str
    published : str
        Publisher, or journal.
    """

    authors: str
    year: int
    title: str
    published: str

    @property
    def text(self) -> str:
        """As it is cited."""
        return f"{self.authors}, {self.title}, {self.published}, {self.year}"


@dataclass(frozen=True, kw_only=True)
class Link:
    """The kinship of two genres.

    Attributes
    ----------
    first, second : str
    strength : float
        Above 0.
    why : str
        In what it lies.
    sources : tuple of str
        Keys of `SOURCES`, or whatever a table of one's own says.
    """

    first: str
    second: str
    strength: float
    why: str
    sources: tuple[str, ...]


def _source(authors: str, year: int, title: str, published: str) -> Source:
    return Source(authors=authors, year=year, title=title, published=published)


SOURCES: dict[str, Source] = {
    "Baraka 1963": _source(
        "A. Baraka (L. Jones)", 1963, "Blues People: Negro Music in White America", "William Morrow"
    ),
    "Boyd 1998": _source(
        "J. A. Boyd", 1998, "The Jazz of the Southwest: An Oral History of Western Swing", "University of Texas Press"
    ),
    "Bradley 2000": _source("L. Bradley", 2000, "Bass Culture: When Reggae Was King", "Viking"),
    "Brewster and Broughton 1999": _source(
        "B. Brewster and F. Broughton",
        1999,
        "Last Night a DJ Saved My Life: The History of the Disc Jockey",
        "Headline",
    ),
    "Chang 2005": _source(
        "J. Chang", 2005, "Can't Stop Won't Stop: A History of the Hip-Hop Generation", "St. Martin's Press"
    ),
    "Echols 2010": _source("A. Echols", 2010, "Hot Stuff: Disco and the Remaking of American Culture", "W. W. Norton"),
    "Frith, Straw and Street 2001": _source(
        "S. Frith, W. Straw and J. Street (eds)",
        2001,
        "The Cambridge Companion to Pop and Rock",
        "Cambridge University Press",
    ),
    "Gillett 1970": _source(
        "C. Gillett", 1970, "The Sound of the City: The Rise of Rock and Roll", "Outerbridge & Dienstfrey"
    ),
    "Gioia 1997": _source("T. Gioia", 1997, "The History of Jazz", "Oxford University Press"),
    "Hebdige 1987": _source("D. Hebdige", 1987, "Cut 'n' Mix: Culture, Identity and Caribbean Music", "Comedia"),
    "Jensen 1998": _source(
        "J. Jensen",
        1998,
        "The Nashville Sound: Authenticity, Commercialization, and Country Music",
        "Vanderbilt University Press",
    ),
    "Lawrence 2003": _source(
        "T. Lawrence",
        2003,
        "Love Saves the Day: A History of American Dance Music Culture, 1970-1979",
        "Duke University Press",
    ),
    "Macan 1997": _source(
        "E. Macan",
        1997,
        "Rocking the Classics: English Progressive Rock and the Counterculture",
        "Oxford University Press",
    ),
    "Malone 1968": _source("B. C. Malone", 1968, "Country Music, U.S.A.", "University of Texas Press"),
    "Miller 2010": _source(
        "K. H. Miller",
        2010,
        "Segregating Sound: Inventing Folk and Pop Music in the Age of Jim Crow",
        "Duke University Press",
    ),
    "Nicholson 1998": _source("S. Nicholson", 1998, "Jazz-Rock: A History", "Schirmer"),
    "Palmer 1981": _source("R. Palmer", 1981, "Deep Blues", "Viking"),
    "Rose 1994": _source(
        "T. Rose",
        1994,
        "Black Noise: Rap Music and Black Culture in Contemporary America",
        "Wesleyan University Press",
    ),
    "Schuller 1968": _source(
        "G. Schuller", 1968, "Early Jazz: Its Roots and Musical Development", "Oxford University Press"
    ),
    "Toop 1984": _source("D. Toop", 1984, "The Rap Attack: African Jive to New York Hip Hop", "Pluto Press"),
    "Van der Merwe 1989": _source(
        "P. van der Merwe",
        1989,
        "Origins of the Popular Style: The Antecedents of Twentieth-Century Popular Music",
        "Oxford University Press",
    ),
    "Wald 2009": _source(
        "E. Wald",
        2009,
        "How the Beatles Destroyed Rock 'n' Roll: An Alternative History of American Popular Music",
        "Oxford University Press",
    ),
    "Walser 1993": _source(
        "R. Walser",
        1993,
        "Running with the Devil: Power, Gender, and Madness in Heavy Metal Music",
        "Wesleyan University Press",
    ),
    "Weinstein 1991": _source("D. Weinstein", 1991, "Heavy Metal: A Cultural Sociology", "Lexington Books"),
    "Williams 2010": _source(
        "J. A. Williams",
        2010,
        "The Construction of Jazz Rap as High Art in Hip-Hop Music",
        "Journal of Musicology 27",
    ),
}


def _link(first: str, second: str, strength: float, why: str, *sources: str) -> Link:
    return Link(first=first, second=second, strength=strength, why=why, sources=sources)


LINKS: tuple[Link, ...] = (
    _link("blues", "jazz", 3, "form, scale and phrasing of the blues in early jazz", "Schuller 1968", "Baraka 1963"),
    _link("blues", "rock", 3, "rhythm and blues became rock and roll", "Gillett 1970", "Palmer 1981"),
    _link("metal", "rock", 3, "grew out of the hard rock of about 1970", "Weinstein 1991", "Walser 1993"),
    _link("blues", "country", 2, "one shared southern repertoire; blue yodels", "Malone 1968", "Miller 2010"),
    _link("blues", "metal", 2, "riffs and scales by way of blues rock", "Walser 1993", "Weinstein 1991"),
    _link("blues", "reggae", 2, "ska took up American rhythm and blues", "Bradley 2000", "Hebdige 1987"),
    _link("country", "pop", 2, "the Nashville sound", "Jensen 1998", "Malone 1968"),
    _link("country", "rock", 2, "rockabilly; country rock", "Gillett 1970", "Malone 1968"),
    _link(
        "disco",
        "hiphop",
        2,
        "disc jockeys, breaks and backing of the first rap records",
        "Toop 1984",
        "Brewster and Broughton 1999",
    ),
    _link("disco", "pop", 2, "disco as the chart pop of the late 1970s", "Echols 2010", "Lawrence 2003"),
    _link("hiphop", "reggae", 2, "sound systems and toasting, brought to the Bronx", "Hebdige 1987", "Chang 2005"),
    _link("jazz", "pop", 2, "swing bands played the pop of their time; standards", "Wald 2009", "Gioia 1997"),
    _link(
        "pop", "rock", 2, "one market and one song form since the Beatles", "Frith, Straw and Street 2001", "Wald 2009"
    ),
    _link("blues", "hiphop", 1, "toasts and boasts of the oral tradition", "Toop 1984"),
    _link("blues", "pop", 1, "the blues in the popular style of 1890 to 1920", "Van der Merwe 1989"),
    _link("classical", "jazz", 1, "third stream", "Gioia 1997"),
    _link("classical", "metal", 1, "virtuosity and progressions taken from the baroque", "Walser 1993"),
    _link("classical", "pop", 1, "parlour music of the nineteenth century", "Van der Merwe 1989"),
    _link("classical", "rock", 1, "progressive rock", "Macan 1997"),
    _link("country", "jazz", 1, "western swing", "Boyd 1998", "Malone 1968"),
    _link("disco", "reggae", 1, "the dub version as a model of the remix", "Brewster and Broughton 1999"),
    _link("hiphop", "jazz", 1, "jazz rap", "Williams 2010"),
    _link("hiphop", "pop", 1, "rap in the charts from the 1980s", "Rose 1994"),
    _link("hiphop", "rock", 1, "breaks taken from rock records", "Toop 1984"),
    _link("jazz", "reggae", 1, "players of ska came from jazz bands", "Bradley 2000"),
    _link("jazz", "rock", 1, "jazz rock", "Nicholson 1998"),
    _link("reggae", "rock", 1, "reggae made and mixed for the rock public in the 1970s", "Bradley 2000"),
)
"""The kinships that are listed, the strongest first; the other pairs of `GENRES` count as 0."""
GENRES = ("blues", "classical", "country", "disco", "hiphop", "jazz", "metal", "pop", "reggae", "rock")
