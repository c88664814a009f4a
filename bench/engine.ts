/**
 * bench:engine: our engine beside its former self, simjs and SimPy in the hold model: pop one event, schedule one at
 * now + delay, with a constant number of events pending. All get the same exponential delays. Processor time in fresh
 * processes that take turns; medians.
 *
 *   npm run bench:engine [-- --record] [-- --beside FOLDER]
 */
import { baselineFolder } from "./baseline.js";
import { type Bound, conclude, type Line } from "./bounds.js";
import { median, ROOT } from "./measure.js";
import { pythonWithSimpy } from "./programs/simpy.js";
import { figure, runProgram } from "./sides.js";

const CASES = [
  { pending: 100, runs: 5, events: 2_000_000, eventsOfOthers: 300_000 },
  { pending: 10_000, runs: 5, events: 2_000_000, eventsOfOthers: 300_000 },
  { pending: 1_000_000, runs: 3, events: 500_000, eventsOfOthers: 100_000 },
] as const;

/** How many times faster than each other we promise to be, at GATED events pending. */
const GATED = 10_000;
const PROMISED: ReadonlyMap<string, number> = new Map([
  ["itself before", 2],
  ["simjs", 10],
  ["SimPy callbacks", 15],
]);

type Engine = (setting: (typeof CASES)[number]) => number;

function engineOf(program: string, folder: string, ...words: string[]): Engine {
  return ({ pending, events, eventsOfOthers }) => {
    const count = program === "hold" ? events : eventsOfOthers;
    return figure(runProgram(program, folder, [...words, pending, count]), "event_ns");
  };
}

const others = new Map<string, Engine>([
  ["itself before", engineOf("hold", baselineFolder(process.argv))],
  ["simjs", engineOf("simjs-hold", ROOT)],
]);
const python = pythonWithSimpy();
if (python === null) {
  console.log(
    "no SimPy found (apt-get install python3-simpy3): its lines are left out, and their bound is not checked",
  );
} else {
  others.set("SimPy callbacks", engineOf("simpy-hold", ROOT, python, "callbacks"));
  others.set("SimPy processes", engineOf("simpy-hold", ROOT, python, "processes"));
}
const ours = engineOf("hold", ROOT);

const lines: Line[] = [];
for (const setting of CASES) {
  const own: number[] = [];
  const theirs = new Map<string, number[]>([...others.keys()].map((name) => [name, []]));
  for (let run = 0; run < setting.runs; run++) {
    own.push(ours(setting));
    for (const [name, engine] of others) theirs.get(name)?.push(engine(setting));
  }
  const now = median(own);
  for (const [name, samples] of theirs) {
    const promised = setting.pending === GATED ? PROMISED.get(name) : undefined;
    const bound: { bound?: Bound } = promised === undefined ? {} : { bound: { timesBetter: promised } };
    lines.push({
      case: `beside ${name}, ${setting.pending} pending`,
      metric: "event_ns",
      now,
      before: median(samples),
      ...bound,
    });
  }
}
conclude("engine", lines, process.argv);
