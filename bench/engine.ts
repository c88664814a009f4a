/**
 * The engine beside simjs and SimPy in the hold model: pop one event, schedule one at now + delay, with a constant
 * number of events pending. All get the same exponential delays, drawn beforehand. Five alternating runs, medians.
 * Exits with 1 when the engine is not faster than the others by the factors of `GATES`.
 *
 *   npm run bench:engine [-- --record]
 */
import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import { Context } from "../src/engine/context.js";
import { compile } from "../src/engine/distribution.js";
import { SECOND } from "../src/engine/duration.js";
import { Phase } from "../src/engine/event-queue.js";
import { uniform } from "../src/engine/random.js";
import { Simulation } from "../src/engine/simulation.js";
import { elapsedMs, type Measurement, median, printTable, ROOT, recordHistory } from "./measure.js";
import type { Simjs } from "./simjs.js";

const RUNS = 5;

const CASES = [
  { pending: 100, events: 1_000_000, eventsOfOthers: 300_000 },
  { pending: 10_000, events: 1_000_000, eventsOfOthers: 300_000 },
  { pending: 1_000_000, events: 300_000, eventsOfOthers: 300_000 },
] as const;

/** How many times faster than each other engine we promise to be, at GATED events pending. */
const GATES = { "SimPy callbacks": 5, "SimPy processes": 8, simjs: 5 } as const;
const GATED = 10_000;

const MASK = (1 << 16) - 1;
const DELAYS = drawDelays();

/** An engine under measurement: nanoseconds per event with `pending` events waiting. */
type Engine = (pending: number, events: number) => number;

function drawDelays(): readonly number[] {
  const key = new Simulation({ seed: "bench" }).random.key("bench", "hold");
  const { quantile } = compile({ kind: "exponential", mean: SECOND });
  return Array.from({ length: MASK + 1 }, (_, index) => quantile(uniform(key, index)));
}

interface Hold {
  readonly context: Context;
  drawn: number;
}

function hold(state: Hold): void {
  state.context.after(DELAYS[state.drawn++ & MASK]!, Phase.traffic, hold, state);
}

function kubechurn(pending: number, events: number): number {
  const simulation = new Simulation({ seed: "bench" });
  const state: Hold = { context: new Context(simulation, "bench"), drawn: 0 };
  for (let i = 0; i < pending; i++) hold(state);
  return (elapsedMs(() => simulation.advance(events)) * 1e6) / events;
}

/** simjs is a browser bundle: it can only be reached through `window`. */
function loadSimjs(): Simjs {
  const browser = globalThis as { window?: { Sim?: Simjs } };
  browser.window = {};
  createRequire(import.meta.url)("simjs");
  const simjs = browser.window.Sim;
  if (simjs === undefined) throw new Error("simjs did not set window.Sim; run npm ci");
  return simjs;
}

function simjsEngine(): Engine {
  const { Sim, Entity } = loadSimjs();
  class Holder extends Entity {
    drawn = 0;
    override start(): void {}
    hold(): void {
      this.setTimer(DELAYS[this.drawn++ & MASK]!).done(this.hold, this, undefined);
    }
  }
  return (pending, events) => {
    const sim = new Sim();
    const holder = sim.addEntity(Holder, "holder");
    for (let i = 0; i < pending; i++) holder.hold();
    return (elapsedMs(() => sim.simulate(Number.POSITIVE_INFINITY, events)) * 1e6) / events;
  };
}

/** The first Python that has SimPy: Debian's python3-simpy3 is only seen by Debian's own Python. */
function pythonWithSimpy(): string | null {
  for (const python of ["python3", "/usr/bin/python3"]) {
    try {
      execFileSync(python, ["-c", "import simpy"], { stdio: "ignore" });
      return python;
    } catch {}
  }
  return null;
}

function simpyEngine(python: string, style: "callbacks" | "processes"): Engine {
  const input = JSON.stringify(DELAYS);
  const script = `${ROOT}bench/simpy_hold.py`;
  return (pending, events) =>
    Number(execFileSync(python, [script, style, String(pending), String(events)], { input, encoding: "utf8" }));
}

/** Median nanoseconds per event of each engine, in runs that take turns. */
function measure(engines: ReadonlyMap<string, Engine>, setting: (typeof CASES)[number]): Map<string, number> {
  const samples = new Map<string, number[]>();
  for (let run = 0; run < RUNS; run++) {
    for (const [name, engine] of engines) {
      const events = name === "kubechurn" ? setting.events : setting.eventsOfOthers;
      samples.set(name, [...(samples.get(name) ?? []), engine(setting.pending, events)]);
    }
  }
  return new Map([...samples].map(([name, values]) => [name, median(values)]));
}

function brokenGates(figures: ReadonlyMap<string, number>): string[] {
  const own = figures.get("kubechurn") ?? Number.NaN;
  return Object.entries(GATES).flatMap(([name, factor]) => {
    const other = figures.get(name);
    if (other === undefined || other / own >= factor) return [];
    return [`only ${(other / own).toFixed(1)} times faster than ${name} at ${GATED} pending; promised: ${factor}`];
  });
}

function main(): void {
  const engines = new Map<string, Engine>([
    ["kubechurn", kubechurn],
    ["simjs", simjsEngine()],
  ]);
  const python = pythonWithSimpy();
  if (python === null) console.log("no SimPy found (apt-get install python3-simpy3): its columns are left out");
  else {
    engines.set("SimPy callbacks", simpyEngine(python, "callbacks"));
    engines.set("SimPy processes", simpyEngine(python, "processes"));
  }
  const names = [...engines.keys()];
  const table = [["ns per event (times ours)", ...names]];
  const measurements: Measurement[] = [];
  const complaints: string[] = [];
  for (const setting of CASES) {
    const figures = measure(engines, setting);
    const own = figures.get("kubechurn") ?? Number.NaN;
    table.push([
      `${setting.pending} pending`,
      ...[...figures.values()].map((ns) => `${ns.toFixed(0)} (${(ns / own).toFixed(1)})`),
    ]);
    for (const [name, value] of figures) {
      measurements.push({ bench: "engine", case: `${name}, ${setting.pending} pending`, metric: "event_ns", value });
    }
    if (setting.pending === GATED) complaints.push(...brokenGates(figures));
  }
  printTable(table);
  recordHistory(measurements, process.argv);
  for (const complaint of complaints) console.error(complaint);
  process.exitCode = complaints.length === 0 ? 0 : 1;
}

main();
