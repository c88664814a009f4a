/** The hold model in simjs 2.0.3. Words: PENDING EVENTS. */
import { createRequire } from "node:module";
import { drawDelays, MASK } from "./delays.js";
import { cpuSeconds, word, writeFigures } from "./program.js";
import type { Simjs } from "./simjs.js";

/** simjs is a browser bundle: it can only be reached through `window`. */
function loadSimjs(): Simjs {
  const browser = globalThis as { window?: { Sim?: Simjs } };
  browser.window = {};
  createRequire(import.meta.url)("simjs");
  const simjs = browser.window.Sim;
  if (simjs === undefined) throw new Error("simjs did not set window.Sim; run npm ci");
  return simjs;
}

const { Sim, Entity } = loadSimjs();
const [pending, events] = [Number(word(0)), Number(word(1))];
const delays = await drawDelays();

class Holder extends Entity {
  drawn = 0;
  override start(): void {}
  hold(): void {
    this.setTimer(delays[this.drawn++ & MASK]!).done(this.hold, this, undefined);
  }
}

const sim = new Sim();
const holder = sim.addEntity(Holder, "holder");
for (let i = 0; i < pending; i++) holder.hold();
const began = cpuSeconds();
sim.simulate(Number.POSITIVE_INFINITY, events);
writeFigures({ event_ns: ((cpuSeconds() - began) * 1e9) / events });
