// The bar at the bottom of the window: what plays, and how it is steered, wherever its player is.

import { clockText, element, iconButton, showToggle } from "./elements.js";

const SPEEDS = [0.5, 0.75, 1, 1.25, 1.5, 2];

// In a shadow root of its own at the end of the document, where no page removes it.
export class Bar {
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
