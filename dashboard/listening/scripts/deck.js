// The one sound of a browser tab. Players on the page show and steer it; it outlives them, so that music goes on while
// views and pages change, and starting one clip stops the one before. While something plays, a bar at the bottom of the
// window says what, wherever its player is.

import { Bar } from "./bar.js";

const VOLUME = "genre-lab-volume";
const STEP_S = 0.05; // a player hears of a new position at least this often while music plays

export function deck() {
  window.genreLabDeck ??= new Deck();
  return window.genreLabDeck;
}

// The element of the document itself in which this one stands. Each player is in a shadow tree of its own, and between
// elements of two trees a browser knows no order: it answers with one that is arbitrary.
function inDocument(place) {
  let root = place.getRootNode();
  while (root instanceof ShadowRoot) {
    place = root.host;
    root = place.getRootNode();
  }
  return place;
}

// Whether this track is of a list that a player was told of, though the page shows no players of the others.
function isTold(track) {
  return Boolean(track.queue) || track.list === undefined;
}

class Deck {
  constructor() {
    this.audio = new Audio();
    this.audio.preload = "auto";
    this.audio.preservesPitch = true;
    this.audio.volume = this.rememberedVolume();
    this.track = null;
    this.loop = null; // [from, to] in seconds of the track
    this.error = "";
    this.list = []; // the tracks of the view in which the one that plays was started
    this.passed = new Set(); // what was stepped through faster than the page showed it
    this.players = new Map(); // mounted: their track, by player
    this.asked = new Set(); // requests of the page to play that were heeded: one heard again is none
    this.bar = null;
    this.following = 0; // a timer
    for (const event of ["play", "pause", "seeked", "ratechange", "volumechange", "loadedmetadata", "timeupdate"]) {
      this.audio.addEventListener(event, () => this.tell());
    }
    this.audio.addEventListener("play", () => this.follow());
    this.audio.addEventListener("ended", () => this.atEnd());
    this.audio.addEventListener("error", () => this.failed());
  }

  rememberedVolume() {
    try {
      const stored = Number.parseFloat(localStorage.getItem(VOLUME));
      return stored >= 0 && stored <= 1 ? stored : 1;
    } catch {
      return 1; // storage is switched off in this browser
    }
  }

  get playing() {
    return this.track !== null && !this.audio.paused && !this.audio.ended;
  }

  // Seconds since the track's own beginning, which may lie within its file.
  get position() {
    return this.track === null ? 0 : Math.max(0, this.audio.currentTime - this.track.start);
  }

  holds(track) {
    return this.track !== null && this.track.id === track.id;
  }

  // Whether another track plays, or stands, with which this one is compared second by second.
  isInStep(track) {
    return Boolean(track.inStep) && this.track?.inStep === track.inStep && !this.holds(track);
  }

  register(player, track) {
    this.players.set(player, track);
    this.followViewSoon();
    if (track.ask && !this.asked.has(track.ask)) {
      this.asked.add(track.ask);
      this.play(track, track.begin);
    }
  }

  unregister(player) {
    this.players.delete(player);
  }

  // What the page still draws, or draws anew, belongs to the list as well: the visitor need not wait for all of it. A
  // player may be made before it stands in the page, where its place among the others is told.
  followViewSoon() {
    clearTimeout(this.following);
    this.following = setTimeout(() => {
      this.followView();
      this.bar?.update();
    }, 50);
  }

  followView() {
    if (this.track === null) return;
    const list = this.listOf(this.track);
    // Never to fewer players: they are what a page that is being left has not taken away yet.
    const isAll = isTold(this.track) || list.length >= this.list.length;
    if (isAll && list.some((other) => this.holds(other))) this.list = list;
    if (this.shownPlayer()) this.passed.clear();
    else this.callPage();
  }

  // A page that shows one track of the list at a time is to show the one that plays; whether there is such a page.
  callPage() {
    const behind = [...this.players].filter(
      ([, { id, queue }]) => (queue && queue === this.list) || this.passed.delete(id),
    );
    for (const [player] of behind) player.stepTo(this.track);
    return behind.length > 0;
  }

  // Tracks of the list of this one: those that its player was told of, else those that the page shows, in its order.
  listOf(track) {
    if (isTold(track)) {
      const told = [...this.players.values()].find((other) => other.id === track.id && other.queue);
      return told?.queue ?? track.queue ?? [];
    }
    // One that is not in the page, or no longer, has no place among the others.
    const shown = [...this.players.entries()].filter(([{ host }, other]) => host.isConnected && other.list === track.list);
    const places = new Map(shown.map(([player]) => [player, inDocument(player.host)]));
    shown.sort(([a], [b]) =>
      places.get(a).compareDocumentPosition(places.get(b)) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1,
    );
    const tracks = shown.map(([, other]) => other);
    return tracks.filter((other, place) => tracks.findIndex((first) => first.id === other.id) === place);
  }

  play(track, from = null) {
    const another = !this.holds(track);
    if (this.isInStep(track)) from ??= Math.min(this.position, track.duration || Infinity);
    if (another) {
      this.passed = new Set();
      this.track = track;
      this.loop = null;
      this.error = "";
      this.audio.src = track.address;
    }
    const list = this.listOf(track);
    if (list.some((other) => this.holds(other))) this.list = list;
    if (another || from !== null) this.audio.currentTime = track.start + (from ?? track.begin);
    else if (track.duration && this.position >= track.duration - 0.01) this.audio.currentTime = track.start;
    this.showBar([...this.players.keys()].find((player) => player.track.id === track.id)?.host);
    this.audio.play().catch((reason) => {
      // A browser plays nothing before the visitor's first click or key.
      if (reason.name === "NotAllowedError") this.tell();
    });
    this.tell();
  }

  // The player on the page of what plays, where it is not another one's turn.
  shownPlayer() {
    return [...this.players.keys()].find((player) => this.holds(player.track));
  }

  pause() {
    this.audio.pause();
  }

  toggle(track) {
    if (this.holds(track) && this.playing) this.pause();
    else this.play(track);
  }

  seek(track, seconds) {
    const place = Math.min(Math.max(0, seconds), track.duration || Infinity);
    if (this.holds(track)) {
      this.audio.currentTime = track.start + place;
      this.tell();
    } else this.play(track, place);
  }

  // What comes before (-1) or after (1) what plays in its list; undefined at an end.
  near(places) {
    const at = this.list.findIndex((track) => this.holds(track));
    return at < 0 ? undefined : this.list[at + places];
  }

  step(places) {
    const next = this.near(places);
    if (!next) return;
    const { list, passed } = this;
    this.play(next, 0);
    this.list = list; // whatever other list of the page it is in
    this.passed = passed;
    if (this.callPage() || passed.size) passed.add(next.id);
  }

  hasStep(places) {
    return this.near(places) !== undefined;
  }

  stop() {
    this.audio.pause();
    this.audio.removeAttribute("src");
    this.audio.load();
    this.track = null;
    this.loop = null;
    this.error = "";
    this.tell();
  }

  setSpeed(speed) {
    this.audio.defaultPlaybackRate = speed; // for what is played next
    this.audio.playbackRate = speed;
  }

  setVolume(volume) {
    this.audio.volume = volume;
    try {
      localStorage.setItem(VOLUME, String(volume));
    } catch {
      // Not remembered where storage is switched off.
    }
  }

  atEnd() {
    if (this.loop && this.track) {
      this.audio.currentTime = this.track.start + this.loop[0];
      this.audio.play().catch(() => {});
    }
    this.tell();
  }

  failed() {
    if (this.track === null) return;
    this.error = "This sound cannot be played: it is no longer here, or the browser does not know its format.";
    this.tell();
  }

  // Frames are drawn only while the tab is seen; the end of a part has to be kept in a hidden tab as well, where
  // `timeupdate` comes instead.
  follow() {
    if (!this.playing) return;
    this.keepWithin();
    this.tell();
    requestAnimationFrame(() => this.follow());
  }

  keepWithin() {
    if (this.track === null) return;
    const position = this.audio.currentTime - this.track.start;
    if (this.loop && (position >= this.loop[1] || position < this.loop[0] - STEP_S)) {
      this.audio.currentTime = this.track.start + this.loop[0];
    } else if (this.track.isPart && this.track.duration && position >= this.track.duration) {
      this.audio.pause();
      this.audio.currentTime = this.track.start + this.track.duration;
    }
  }

  tell() {
    if (this.playing && document.hidden) this.keepWithin();
    for (const player of this.players.keys()) player.update();
    this.bar?.update();
  }

  showBar(source) {
    this.bar ??= new Bar(this);
    if (source) this.bar.wear(source);
  }
}
