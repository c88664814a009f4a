/** `failover.svg`: for each churn event and each target that felt it, how long each stage took, one below the other. */
import { scaleLinear } from "d3-scale";
import { type Micros, SECOND } from "../../engine/duration.js";
import type { FailoverRow } from "../../model/result.js";
import { groupedCount, momentText, spanText } from "../figure-text.js";
import { reachedTargets } from "../reached-targets.js";
import { horizontalAxis, type Scale } from "./axis.js";
import { element, FAINT_INK, figure, GRID, textElement } from "./svg.js";

const WIDTH = 960;
const LEFT = 176;
const RIGHT = WIDTH - 96;
const HEADER = 70;
const ROW = 18;
const TITLE = 38;
const GAP = 18;
/** A figure of more would not be read; failover.csv has them all. */
const MOST_ROWS = 12;

const STAGES: readonly {
  readonly label: string;
  readonly colour: string;
  readonly delay: (row: FailoverRow) => Micros;
}[] = [
  { label: "detected", colour: "#8c8c8c", delay: (row) => row.detected },
  { label: "pods in the API", colour: "#56b4e9", delay: (row) => row.api },
  { label: "EndpointSlices", colour: "#0072b2", delay: (row) => row.slice },
  { label: "rules, median node", colour: "#009e73", delay: (row) => row.rulesP50 },
  { label: "rules, p99 node", colour: "#e69f00", delay: (row) => row.rulesP99 },
  { label: "rules, last node", colour: "#cc79a7", delay: (row) => row.rulesLast },
  { label: "DNS, last replica", colour: "#332288", delay: (row) => row.dnsLast },
];
const FAILURE_COLOUR = "#d55e00";

/** The SVG document as text. Stages that an event did not reach have no line. */
export function failoverPlot(scenario: string, failover: readonly FailoverRow[]): string {
  const felt = reachedTargets(failover);
  const shown = felt.slice(0, MOST_ROWS);
  const longest = shown.reduce((most, row) => Math.max(most, ...delays(row)), 0);
  const scale = scaleLinear([0, longest > 0 ? longest / SECOND : 1], [LEFT, RIGHT]).nice(10);
  const title = `${scenario}: how long a change takes to reach everybody`;
  const note =
    "Time from each churn event to its last effect on each stage: a bar goes on where the stages before it had ended.";
  const parts = [
    textElement(20, 28, title, { "font-size": 17, "font-weight": "bold" }),
    textElement(20, 48, shown.length === 0 ? "No churn event hit a target." : note, {
      "font-size": 12,
      fill: FAINT_INK,
    }),
  ];
  let top = HEADER;
  for (const row of shown) {
    const height = eventHeight(row);
    parts.push(...gridLines(scale, top + TITLE - 6, top + height), ...eventParts(row, scale, top));
    top += height + GAP;
  }
  if (shown.length > 0) parts.push(...horizontalAxis(scale, top - GAP + 4, " s"));
  if (felt.length > shown.length) {
    parts.push(
      textElement(20, top + 20, `and ${felt.length - shown.length} more, see failover.csv`, { fill: FAINT_INK }),
    );
    top += 20;
  }
  const description = [note, ...shown.map(describe)].join(" ");
  return figure({ title, description }, WIDTH, top + 20, parts);
}

function delays(row: FailoverRow): Micros[] {
  return [...STAGES.map(({ delay }) => delay(row)), row.lastFailure].filter(Number.isFinite);
}

function stagesOf(row: FailoverRow): { readonly label: string; readonly colour: string; readonly at: Micros }[] {
  return STAGES.map(({ label, colour, delay }) => ({ label, colour, at: delay(row) })).filter(({ at }) =>
    Number.isFinite(at),
  );
}

function eventHeight(row: FailoverRow): number {
  return TITLE + (stagesOf(row).length + 1) * ROW;
}

function gridLines(scale: Scale, top: number, bottom: number): string[] {
  return scale
    .ticks(10)
    .map((tick) => element("line", { x1: scale(tick), x2: scale(tick), y1: top, y2: bottom, stroke: GRID }));
}

function eventParts(row: FailoverRow, scale: Scale, top: number): string[] {
  const heading = `${row.event}: ${row.action} ${row.object} at ${momentText(row.t)}, felt by ${row.target}`;
  const parts = [
    textElement(20, top + 10, cut(heading, 120), { "font-weight": "bold", "font-size": 12 }),
    textElement(20, top + 25, consequence(row), { fill: FAINT_INK }),
  ];
  let reached = 0;
  let y = top + TITLE;
  for (const { label, colour, at } of stagesOf(row)) {
    parts.push(...bar(label, colour, [Math.min(reached, at), at], scale, y), valueText(spanText(at), at, scale, y));
    reached = Math.max(reached, at);
    y += ROW;
  }
  if (row.failedRequests === 0 || !Number.isFinite(row.firstFailure)) {
    return [
      ...parts,
      textElement(LEFT - 8, y + 10, "failed requests", { "text-anchor": "end" }),
      textElement(LEFT + 6, y + 10, "none", { fill: FAINT_INK }),
    ];
  }
  const span: [Micros, Micros] = [row.firstFailure, row.lastFailure];
  const value = `${groupedCount(row.failedRequests)} failed`;
  return [
    ...parts,
    ...bar("failed requests", FAILURE_COLOUR, span, scale, y),
    valueText(value, row.lastFailure, scale, y),
  ];
}

function bar(label: string, colour: string, [from, to]: readonly [Micros, Micros], scale: Scale, y: number): string[] {
  const [x1, x2] = [scale(from / SECOND), scale(to / SECOND)];
  return [
    textElement(LEFT - 8, y + 10, label, { "text-anchor": "end" }),
    element("line", { x1: LEFT, x2: x1, y1: y + 6, y2: y + 6, stroke: "#bdbdbd", "stroke-dasharray": "2 3" }),
    element("rect", { x: x1, y: y + 1, width: Math.max(2, x2 - x1), height: 11, fill: colour }),
  ];
}

function valueText(text: string, at: Micros, scale: Scale, y: number): string {
  return textElement(scale(at / SECOND) + 8, y + 10, text, { fill: FAINT_INK });
}

function consequence(row: FailoverRow): string {
  const slack = Number.isFinite(row.minSlack) ? `worst margin ${spanText(row.minSlack)}` : "no pod was terminated";
  const lost = row.failedRequests === 0 ? "nothing failed" : `failures during ${spanText(row.unavailable)}`;
  return [slack, lost, ...(row.recovered ? [] : ["not recovered when the run ended"])].join(" · ");
}

function describe(row: FailoverRow): string {
  const stages = stagesOf(row).map(({ label, at }) => `${label} ${spanText(at)}`);
  return `${row.event} (${row.target}): ${[...stages, `${groupedCount(row.failedRequests)} failed requests`].join(", ")}.`;
}

function cut(text: string, most: number): string {
  const characters = [...text];
  return characters.length <= most ? text : `${characters.slice(0, most - 1).join("")}…`;
}
