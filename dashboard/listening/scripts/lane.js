// A strip of coloured parts under the picture of a sound, on its axis of time, with its label on the left and, on the
// right, what it says where the cursor is.

import { element } from "./elements.js";

export class Lane {
  constructor({ label, heading, about, whole, isWritten, parts, texts }, duration) {
    this.label = label;
    this.heading = heading;
    this.whole = whole;
    this.isWritten = isWritten;
    this.parts = parts; // [from, to, colour, place of its text]
    this.texts = texts;
    this.share = (seconds) => `${duration ? (100 * seconds) / duration : 0}%`;
    this.now = element("span", { class: "now", "aria-hidden": "true" });
    const name = element("b", { text: label, title: label });
    // Clicks on these are not clicks on the axis of time.
    for (const beside of [name, this.now]) beside.addEventListener("pointerdown", (event) => event.stopPropagation());
    this.row = element("div", { class: "row" }, name, this.now, this.makeStrip(about));
    this.tell(null);
  }

  makeStrip(about) {
    const strip = element("div", { class: "lane", role: "img", "aria-label": `${this.label}: ${about || this.whole}` });
    for (const [from, to, color, text] of this.parts) {
      const part = element("i", { title: this.texts[text] });
      this.put(part, from, to);
      part.style.background = color;
      strip.append(part);
    }
    if (this.isWritten) for (const run of this.runs()) strip.append(run);
    return strip;
  }

  // What neighbours say that say the same, once.
  runs() {
    const runs = [];
    let last = null;
    for (const [from, to, , text] of this.parts) {
      const first = firstLine(this.texts[text]);
      const name = first.slice(0, first.lastIndexOf(","));
      if (last && last.name === name && from - last.to < 0.01) last.to = to;
      else runs.push((last = { name, from, to }));
    }
    return runs.map(({ name, from, to }) => {
      const run = element("div", { class: "run" }, element("u", { text: name }));
      this.put(run, from, to);
      return run;
    });
  }

  put(made, from, to) {
    made.style.left = this.share(from);
    made.style.width = this.share(to - from);
  }

  // What it says at that time: the first line of its part there, a dash where there is none.
  saidAt(seconds) {
    if (seconds === null) return this.whole;
    let [low, high] = [0, this.parts.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.parts[middle][1] > seconds) high = middle;
      else low = middle + 1;
    }
    const part = this.parts[low] ?? this.lastAt(seconds);
    return part && part[0] <= seconds ? firstLine(this.texts[part[3]]) : "–";
  }

  // At the very end of a sound its last part is still what is said.
  lastAt(seconds) {
    const last = this.parts.at(-1);
    return last && seconds <= last[1] + 0.05 ? last : null;
  }

  tell(seconds) {
    const said = this.saidAt(seconds);
    if (this.now.textContent !== said) this.now.textContent = said;
  }

  get spoken() {
    return `${this.label}: ${this.now.textContent}`;
  }
}

function firstLine(text) {
  return text.split("\n", 1)[0];
}
