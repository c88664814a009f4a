/** Simulates the labs, compares, and makes the table of docs/fidelity.md. */
import { simulate } from "../../src/simulate.js";
import { open } from "../support/open.js";
import {
  type Comparison,
  compareInside,
  compareMedians,
  compareOrders,
  type OrderComparison,
  repetitions,
} from "./compare.js";
import { type Fact, readRecording, simulatedFacts } from "./facts.js";
import { labScenario } from "./inputs.js";
import { BEGIN, type Recording } from "./recordings.js";

export interface Row {
  readonly recording: string;
  readonly figure: string;
  readonly unit: "s" | "" | "ms";
  readonly comparison: Comparison;
}

export interface Compared {
  readonly rows: readonly Row[];
  readonly order: OrderComparison | null;
}

/** `text` is that of the recording. */
export function compared(recording: Recording, text: string): Compared {
  const { apps, rule, once, until = Number.POSITIVE_INFINITY } = recording;
  const recorded = readRecording(text).filter(({ t }) => t <= until);
  const runs = simulatedRuns(recording).map((facts) => facts.filter(({ t }) => t <= BEGIN + until));
  const compare = rule === "inside" ? compareInside : compareMedians;
  const rows = recording.figures.map(({ name, unit, read }) => ({
    recording: recording.name,
    figure: name,
    unit,
    comparison: compare(
      read(recorded, apps),
      runs.map((facts) => read(facts, apps)),
    ),
  }));
  const inOrder = (facts: readonly Fact[]) =>
    once === true ? [facts] : apps.flatMap((app) => repetitions(facts, app));
  const order =
    recording.order.length === 0 ? null : compareOrders(inOrder(recorded), runs.flatMap(inOrder), recording.order);
  return { rows, order };
}

function simulatedRuns({ lab, runs, apps }: Recording): Fact[][] {
  const scenario = open(labScenario(lab));
  return Array.from({ length: runs }, (_, index) => {
    const run = simulate(scenario, index);
    while (run.advance(1e9));
    return simulatedFacts(run.finish().events, apps);
  });
}

const VERDICTS = { equal: "equal", "in range": "in range", differs: "**differs**" } as const;

/** Rows of Markdown, and the names of what differs. */
export interface Table {
  readonly lines: readonly string[];
  readonly different: readonly string[];
}

export function tableOf(recording: string, { rows, order }: Compared): Table {
  const lines = rows.map(({ figure, unit, comparison: { n, recorded, simulated, least, most, verdict } }) => {
    const [real, ours, low, high] = [recorded, simulated, least, most].map((value) => figureText(value, unit));
    return `| ${recording} | ${figure} | ${n} | ${real} | ${ours} | ${low} … ${high} | ${VERDICTS[verdict]} |`;
  });
  const different = rows.filter(({ comparison }) => comparison.verdict === "differs").map(({ figure }) => figure);
  if (order !== null) {
    const { agreed, contradicted, open, oneSided, verdict, repetitions: n } = order;
    const [same, both] = [agreed - contradicted.length, open - oneSided.length];
    lines.push(
      `| ${recording} | order | ${n} | ${agreed} pairs one way, ${open} both | ${same} one way, ${both} both | | ${VERDICTS[verdict]} |`,
    );
    if (verdict === "differs") different.push("order");
  }
  return { lines, different: different.map((figure) => `${recording}: ${figure}`) };
}

/** Milliseconds in milliseconds, seconds to the millisecond below ten. */
function figureText(value: number, unit: Row["unit"]): string {
  if (Number.isNaN(value) || !Number.isFinite(value)) return "–";
  if (unit === "") return String(Math.round(value * 10) / 10);
  if (unit === "ms") return `${Math.round(value)} ms`;
  return `${value.toFixed(Math.abs(value) < 10 ? 3 : 2)} s`;
}

export const HEAD = [
  "| recording | figure | n | recorded | simulated | in single runs | verdict |",
  "|---|---|---|---|---|---|---|",
];
