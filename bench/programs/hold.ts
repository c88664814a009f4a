/** The hold model on our engine: pop one event, schedule one at now + delay. Words: PENDING EVENTS. */
import type { Context } from "../../src/engine/context.js";
import { drawDelays, MASK } from "./delays.js";
import { cpuSeconds, moduleOf, word, writeFigures } from "./program.js";

const { Simulation } = await moduleOf<typeof import("../../src/engine/simulation.js")>("engine/simulation.js");
const engine = await moduleOf<typeof import("../../src/engine/context.js")>("engine/context.js");
const { Phase } = await moduleOf<typeof import("../../src/engine/event-queue.js")>("engine/event-queue.js");

const [pending, events] = [Number(word(0)), Number(word(1))];
const delays = await drawDelays();

interface Hold {
  readonly context: Context;
  drawn: number;
}

function hold(state: Hold): void {
  state.context.after(delays[state.drawn++ & MASK]!, Phase.traffic, hold, state);
}

const simulation = new Simulation({ seed: "bench" });
const state: Hold = { context: new engine.Context(simulation, "bench"), drawn: 0 };
for (let i = 0; i < pending; i++) hold(state);
simulation.advance(200_000);
const began = cpuSeconds();
simulation.advance(events);
writeFigures({ event_ns: ((cpuSeconds() - began) * 1e9) / events });
