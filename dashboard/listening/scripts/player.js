// One player on a page: the picture of a sound with a cursor in step with it, or a plain line where there is none.
// The sound itself is the deck's.

import { deck } from "./deck.js";
import { clockText, element, iconButton, showToggle } from "./elements.js";
import { Lane } from "./lane.js";

const DRAG_PX = 4; // less is a click
const STEP_S = 1;
const LONG_STEP_S = 5;
const SHORTEST_LOOP_S = 0.05;

export function mount({ parentElement, data, setTriggerValue }) {
  const root = parentElement.querySelector(".listening");
  const said = JSON.stringify(data);
  root.stepTo = (name) => setTriggerValue("stepped", name);
  deck().bar?.wear(root); // mounted anew, too, where only the colours of the theme are others
  if (root.player && root.said === said) return;
  const before = root.player;
  before?.remove();
  root.said = said;
  root.player = new Player(root, data, before?.keptFor(data.track) ?? {});
}

export function unmount({ parentElement }) {
  const root = parentElement.querySelector(".listening");
  root?.player?.remove();
  if (root) root.player = null;
}

class Player {
  constructor(root, data, { selection = null, isFocused = false, seen = [] } = {}) {
    this.host = root;
    this.deck = deck();
    this.track = data.track;
    this.data = data;
    this.selection = selection;
    this.pointedAt = null; // seconds
    this.lanes = (data.lanes ?? []).map((lane) => new Lane(lane, data.duration));
    root.replaceChildren();
    this.place = this.makePlace(seen);
    root.append(this.place);
    if (data.picture || data.below?.length) root.append(this.makeTimes());
    if (this.track) {
      root.append(this.makeControls());
      this.deck.register(this, this.track);
      if (isFocused) this.slider.focus({ preventScroll: true });
    }
    this.update();
  }

  // What the visitor has done in this player that one with another picture of the same sound goes on with.
  keptFor(track) {
    if (!this.track || this.track.id !== track?.id) return {};
    const seen = [...this.place.querySelectorAll("img")].map(({ complete, src }) => (complete ? src : ""));
    return { selection: this.selection, isFocused: this.host.getRootNode().activeElement === this.slider, seen };
  }

  remove() {
    this.deck.unregister(this);
  }

  get duration() {
    return this.data.duration || this.deck.audio.duration || 0;
  }

  // Another track of its list plays instead: whoever draws the page may want to draw that one's player.
  stepTo(track) {
    if (this.data.follows) this.host.stepTo(track.name);
  }

  get isMine() {
    return Boolean(this.track) && this.deck.holds(this.track);
  }

  // What is looked at and clicked: picture, lanes below it, and over both the selection and the cursor. The slider that
  // a screen reader meets lies over them, and is not around them: what is in a slider is not read out.
  makePlace(seen) {
    const { picture, below = [], name } = this.data;
    const pictures = picture ? [picture, ...below] : below;
    this.cursor = element("div", { class: "cursor", hidden: "" });
    this.marked = element("div", { class: "selection", hidden: "" });
    const shown = element("div", { class: "shown" });
    pictures.forEach(({ address, alt, height, title }, number) => {
      if (title) shown.append(element("b", { class: "title", text: title }));
      const image = element("img", { src: address, alt, loading: "lazy", draggable: "false" });
      image.style.height = `${height}px`;
      if (seen.length === pictures.length && seen[number] !== image.src) this.awaitPicture(image, seen[number]);
      shown.append(image);
    });
    if (!pictures.length && !this.lanes.length) shown.append(element("div", { class: "line" }));
    this.addLanes(shown);
    const surface = element("div", { class: "surface" }, shown, this.marked, this.cursor);
    if (this.track) {
      this.slider = element("div", { class: "slider", role: "slider", tabindex: 0, "aria-label": `Position in ${name}` });
      this.slider.setAttribute("aria-valuemin", "0");
      this.slider.addEventListener("keydown", (event) => this.key(event));
      surface.append(this.slider);
      surface.classList.add("played");
      surface.title = "Click to play from there, drag to play a part again and again. Keys: space, arrows, Home, End, [ and ]";
      surface.addEventListener("pointerdown", (event) => this.press(event));
      surface.addEventListener("mousedown", (event) => event.preventDefault()); // it would take the focus from the slider
    }
    if (this.lanes.length) {
      surface.addEventListener("pointermove", (event) => this.point(this.secondsAt(event)));
      surface.addEventListener("pointerleave", () => this.point(null));
    }
    this.surface = surface;
    const whole = element("div", { class: pictures.length ? "picture" : "plain" });
    if (this.lanes.length) this.host.classList.add("with-lanes");
    else this.host.classList.remove("with-lanes");
    if (pictures.length) {
      const axes = element("div", { class: "axes", "aria-hidden": "true" });
      for (const each of pictures) axes.append(...this.makeAxis(each));
      whole.append(axes);
    }
    whole.append(surface);
    return whole;
  }

  // While a slider is moved, the picture of before is seen, paler, until the next one is there.
  awaitPicture(image, before) {
    if (!before) return;
    image.classList.add("awaited");
    image.style.backgroundImage = `url("${before}")`;
    const arrived = () => {
      image.classList.remove("awaited");
      image.style.backgroundImage = "";
    };
    image.addEventListener("load", arrived, { once: true });
    image.addEventListener("error", arrived, { once: true });
  }

  // Labels of a picture's rows; their unit above them where the picture has a title, else below.
  makeAxis({ bands, height, unit, title }) {
    const axis = element("div", { class: "bands" });
    axis.style.height = `${height}px`;
    for (const [share, text] of bands) {
      const tick = element("span", { text });
      tick.style.bottom = `${100 * share}%`;
      axis.append(tick);
    }
    if (title) return [element("b", { class: "title", text: unit || "\u00a0" }), axis];
    axis.append(element("em", { text: unit }));
    return [axis];
  }

  // The lanes below the picture, those of one kind under their heading.
  addLanes(shown) {
    this.whens = [];
    let group = shown;
    let heading = null;
    for (const lane of this.lanes) {
      if (lane.heading !== heading) {
        heading = lane.heading;
        const when = element("span", { class: "when" });
        this.whens.push(when);
        const head = element("div", { class: "head" }, element("strong", { text: heading }), when);
        group = element("div", { class: "lanes", role: "group", "aria-label": heading || null }, head);
        shown.append(group);
      }
      group.append(lane.row);
    }
  }

  // The lanes tell what they say there; of the whole where no place is meant.
  point(seconds) {
    this.pointedAt = seconds;
    this.tellLanes();
  }

  tellLanes() {
    const at = this.pointedAt ?? (this.isMine ? this.deck.position : null);
    for (const lane of this.lanes) lane.tell(at);
    const when = at === null ? "whole song" : `at ${clockText(at)}`;
    for (const place of this.whens) if (place.textContent !== when) place.textContent = when;
  }

  makeTimes() {
    const times = element("div", { class: "times", "aria-hidden": "true" });
    const { duration } = this;
    const step = [0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600].find((each) => duration / each <= 6.5) ?? 1200;
    for (let at = 0; at <= duration + 1e-6; at += step) {
      const tick = element("span", { text: step < 1 ? at.toFixed(1) : clockText(at) });
      tick.style.left = `${(100 * at) / duration}%`;
      times.append(tick);
    }
    return times;
  }

  makeControls() {
    const { name } = this.data;
    this.toggle = iconButton("play", `Play ${name}`, () => this.deck.toggle(this.track));
    this.clock = element("span", { class: "clock" });
    this.loop = iconButton("loop", "Play again and again", () => this.toggleLoop());
    this.note = element("span", { class: "note", role: "status" });
    const row = element("div", { class: "controls", role: "group", "aria-label": `Player of ${name}` });
    row.append(this.toggle, this.clock, this.note, this.loop);
    return row;
  }

  secondsAt(event) {
    const box = this.surface.getBoundingClientRect();
    const share = Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
    return share * this.duration;
  }

  press(event) {
    if (event.button !== 0 || !this.duration) return;
    this.slider.focus({ preventScroll: true });
    const startX = event.clientX;
    const from = this.secondsAt(event);
    const move = (later) => {
      if (Math.abs(later.clientX - startX) >= DRAG_PX) this.select(from, this.secondsAt(later));
    };
    const release = (later) => {
      window.removeEventListener("pointermove", move);
      window.removeEventListener("pointerup", release);
      window.removeEventListener("pointercancel", release);
      if (later.type === "pointercancel") return;
      if (Math.abs(later.clientX - startX) >= DRAG_PX) {
        this.select(from, this.secondsAt(later));
        this.playSelection();
      } else {
        this.unselect();
        this.deck.play(this.track, from);
      }
      this.update();
    };
    window.addEventListener("pointermove", move);
    window.addEventListener("pointerup", release);
    window.addEventListener("pointercancel", release);
  }

  select(a, b) {
    const [from, to] = a < b ? [a, b] : [b, a];
    this.selection = to - from >= SHORTEST_LOOP_S ? [from, to] : null;
    this.update();
  }

  unselect() {
    this.selection = null;
    if (this.isMine) this.deck.loop = null;
    this.update();
  }

  playSelection() {
    if (!this.selection) return;
    this.deck.play(this.track, this.selection[0]);
    this.deck.loop = this.selection;
  }

  toggleLoop() {
    if (this.isMine && this.deck.loop) this.deck.loop = null;
    else if (this.selection) this.playSelection();
    else {
      if (!this.isMine) this.deck.play(this.track);
      this.deck.loop = [0, this.duration];
    }
    this.update();
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const at = this.isMine ? this.deck.position : 0;
    const step = event.shiftKey ? LONG_STEP_S : STEP_S;
    const actions = {
      " ": () => this.deck.toggle(this.track),
      Enter: () => this.deck.toggle(this.track),
      ArrowRight: () => this.deck.seek(this.track, at + step),
      ArrowLeft: () => this.deck.seek(this.track, at - step),
      ArrowUp: () => this.deck.seek(this.track, at + LONG_STEP_S),
      ArrowDown: () => this.deck.seek(this.track, at - LONG_STEP_S),
      Home: () => this.deck.seek(this.track, 0),
      End: () => this.deck.seek(this.track, this.duration),
      "[": () => this.select(at, this.selection ? this.selection[1] : this.duration),
      "]": () => this.select(this.selection ? this.selection[0] : 0, at),
      ...(this.selection && { Escape: () => this.unselect() }), // else it closes what the player is in
      l: () => this.toggleLoop(),
    };
    const action = actions[event.key];
    if (!action) return;
    event.preventDefault();
    event.stopPropagation(); // Streamlit has keys of its own
    action();
  }

  update() {
    if (!this.track) {
      this.tellLanes();
      return;
    }
    const { deck, duration } = this;
    const mine = this.isMine;
    const follows = mine || deck.isInStep(this.track);
    const at = follows ? deck.position : 0;
    const share = duration ? Math.min(1, at / duration) : 0;
    this.cursor.hidden = !follows;
    this.cursor.style.left = `${100 * share}%`;
    const marked = this.selection;
    this.marked.hidden = !marked;
    if (marked) {
      this.marked.style.left = `${(100 * marked[0]) / duration}%`;
      this.marked.style.width = `${(100 * (marked[1] - marked[0])) / duration}%`;
    }
    this.tellLanes();
    const spoken = `${clockText(at)} of ${clockText(duration)}`;
    // While it plays, nobody could listen to more than the time.
    const said = mine && !deck.playing ? this.lanes.filter((lane) => lane.isWritten).map((lane) => lane.spoken) : [];
    const text = [spoken, ...said].join("; ");
    this.slider.setAttribute("aria-valuemax", duration.toFixed(1));
    this.slider.setAttribute("aria-valuenow", at.toFixed(1));
    if (this.slider.getAttribute("aria-valuetext") !== text) this.slider.setAttribute("aria-valuetext", text);
    const clock = spoken.replace(" of ", " / ");
    if (this.clock.textContent !== clock) this.clock.textContent = clock;
    const note = mine ? deck.error : "";
    if (this.note.textContent !== note) this.note.textContent = note;
    showToggle(this.toggle, mine && deck.playing, this.data.name);
    this.loop.setAttribute("aria-pressed", String(mine && deck.loop !== null));
  }
}
