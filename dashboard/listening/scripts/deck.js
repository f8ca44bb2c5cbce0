// The one sound of a browser tab. Players on the page show and steer it; it outlives them, so that music goes on while
// views and pages change, and starting one clip stops the one before. While something plays, a bar at the bottom of the
// window says what, wherever its player is.

const VOLUME = "genre-lab-volume";
const SPEEDS = [0.5, 0.75, 1, 1.25, 1.5, 2];
const STEP_S = 0.05; // a player hears of a new position at least this often while music plays

export function deck() {
  window.genreLabDeck ??= new Deck();
  return window.genreLabDeck;
}

export function clockText(seconds) {
  const whole = Math.max(0, Math.floor(seconds + 1e-6));
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  const rest = String(whole % 60).padStart(2, "0");
  return hours ? `${hours}:${String(minutes).padStart(2, "0")}:${rest}` : `${minutes}:${rest}`;
}

export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key === "text") made.textContent = value;
    else if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (value !== null && value !== undefined && value !== false) made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
}

const SHAPES = {
  play: "M8 5v14l11-7z",
  pause: "M6 5h4v14H6zM14 5h4v14h-4z",
  previous: "M6 6h2v12H6zM20 6v12L9.5 12z",
  next: "M16 6h2v12h-2zM4 6v12l10.5-6z",
  close: "M6.4 5 5 6.4 10.6 12 5 17.6 6.4 19 12 13.4 17.6 19 19 17.6 13.4 12 19 6.4 17.6 5 12 10.6z",
  loop: "M7 7h10v3l4-4-4-4v3H5v6h2zM17 17H7v-3l-4 4 4 4v-3h12v-6h-2z",
  loud: "M4 9v6h4l5 5V4L8 9zM16 8.5a4.5 4.5 0 0 1 0 7z",
};

export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", SHAPES[name]);
  svg.append(path);
  return svg;
}

export function iconButton(name, label, onclick) {
  return element("button", { type: "button", "aria-label": label, title: label, onclick }, icon(name));
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

// In a shadow root of its own at the end of the document, where no page removes it.
class Bar {
  constructor(deck) {
    this.deck = deck;
    this.host = element("div", { id: "genre-lab-bar", role: "region", "aria-label": "What is playing" });
    const root = this.host.attachShadow({ mode: "open" });
    this.previous = iconButton("previous", "Previous in this view", () => deck.step(-1));
    this.toggle = iconButton("play", "Play", () => deck.track && deck.toggle(deck.track));
    this.next = iconButton("next", "Next in this view", () => deck.step(1));
    this.title = element("strong");
    this.subtitle = element("span", { class: "subtitle" });
    this.range = element("input", { type: "range", min: 0, step: 0.1, "aria-label": "Position in what is playing" });
    this.range.addEventListener("input", () => deck.track && deck.seek(deck.track, Number(this.range.value)));
    this.range.addEventListener("keydown", (event) => this.key(event));
    this.clock = element("span", { class: "clock" });
    this.speed = element("select", { "aria-label": "Speed, pitch kept", title: "Speed, pitch kept" });
    for (const speed of SPEEDS) this.speed.append(element("option", { value: speed, text: `${speed} ×` }));
    this.speed.addEventListener("change", () => deck.setSpeed(Number(this.speed.value)));
    this.volume = element("input", { class: "volume", type: "range", min: 0, max: 1, step: 0.05 });
    this.volume.setAttribute("aria-label", "Volume");
    this.volume.title = "Volume";
    this.volume.addEventListener("input", () => deck.setVolume(Number(this.volume.value)));
    this.close = iconButton("close", "Stop and close", () => deck.stop());
    const name = element("div", { class: "name" }, this.title, this.subtitle);
    // Streamlit has keys of its own, and outside of this tree nobody sees that a letter was meant for a list in it.
    root.addEventListener("keydown", (event) => event.stopPropagation());
    const style = element("style", { text: BAR_STYLE });
    const inside = element("div", { class: "bar" });
    inside.append(this.previous, this.toggle, this.next, name, this.range, this.clock);
    inside.append(this.speed, this.volume, this.close, deck.audio);
    root.append(style, inside);
    document.body.append(this.host);
    this.update();
  }

  // The arrow keys go as far as in a player, not by the steps in which the position is shown.
  key(event) {
    const places = { ArrowLeft: -1, ArrowDown: -5, ArrowRight: 1, ArrowUp: 5 }[event.key];
    if (!places || !this.deck.track || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const far = event.shiftKey && Math.abs(places) === 1 ? 5 : 1;
    this.deck.seek(this.deck.track, this.deck.position + far * places);
  }

  // The colours of the page's theme, from an element that has them: one that stands in the page.
  wear(source) {
    if (!source.isConnected) return;
    const worn = getComputedStyle(source);
    for (const name of ["text-color", "background-color", "border-color", "primary-color", "font"]) {
      this.host.style.setProperty(`--st-${name}`, worn.getPropertyValue(`--st-${name}`));
    }
  }

  update() {
    const { deck } = this;
    this.host.hidden = deck.track === null;
    if (deck.track === null) return;
    const { title, subtitle, duration } = deck.track;
    if (this.title.textContent !== title) this.title.textContent = title;
    const below = deck.error || subtitle;
    if (this.subtitle.textContent !== below) this.subtitle.textContent = below;
    this.range.max = duration || deck.audio.duration || 0;
    this.range.value = deck.position;
    const spoken = `${clockText(deck.position)} of ${clockText(Number(this.range.max))}`;
    this.range.setAttribute("aria-valuetext", spoken);
    this.clock.textContent = spoken.replace(" of ", " / ");
    this.speed.value = String(deck.audio.playbackRate);
    this.volume.value = deck.audio.volume;
    this.previous.disabled = !deck.hasStep(-1);
    this.next.disabled = !deck.hasStep(1);
    showToggle(this.toggle, deck.playing, title);
  }
}

export function showToggle(button, playing, title) {
  const label = `${playing ? "Pause" : "Play"} ${title}`;
  if (button.getAttribute("aria-label") === label) return;
  button.setAttribute("aria-label", label);
  button.title = playing ? "Pause (space)" : "Play (space)";
  button.replaceChildren(icon(playing ? "pause" : "play"));
}

const BAR_STYLE = `
:host { position: fixed; inset: auto 0 0 0; z-index: 1000000; font-family: var(--st-font, sans-serif); }
:host([hidden]) { display: none; }
.bar { display: flex; align-items: center; gap: 0.5rem; padding: 0.4rem 1rem; color: var(--st-text-color, #10181d);
  background: var(--st-background-color, #fff); border-top: 1px solid var(--st-border-color, #d7dde1); }
.name { min-width: 6rem; max-width: 40%; overflow: hidden; white-space: nowrap; text-overflow: ellipsis;
  font-size: 0.875rem; }
.subtitle { margin-left: 0.5rem; opacity: 0.8; }
input { flex: 1; min-width: 4rem; accent-color: var(--st-primary-color, #0f6674); }
.volume { flex: none; width: 5rem; }
select { font: inherit; font-size: 0.8rem; color: inherit; background: var(--st-background-color, #fff);
  border: 1px solid var(--st-border-color, #d7dde1); border-radius: 4px; padding: 0.1rem; }
.clock { font-size: 0.8rem; font-variant-numeric: tabular-nums; white-space: nowrap; }
button { flex: none; display: grid; place-items: center; width: 2rem; height: 2rem; padding: 0; border: 0;
  border-radius: 50%; background: none; color: inherit; cursor: pointer; }
button:hover:enabled { background: color-mix(in srgb, currentColor 12%, transparent); }
button:disabled { opacity: 0.35; cursor: default; }
button:focus-visible, input:focus-visible, select:focus-visible { outline: 2px solid var(--st-primary-color, #0f6674); outline-offset: 1px; }
svg { width: 1.25rem; height: 1.25rem; fill: currentColor; }
@media (max-width: 600px) { .clock, .volume, .subtitle { display: none; } .bar { padding: 0.4rem 0.5rem; gap: 0.25rem; } }
`;
