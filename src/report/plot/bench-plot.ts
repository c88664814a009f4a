/** Figure of `bench failover`: for each event and setting, one dot a seed and the median. */
import { scaleLinear } from "d3-scale";
import { type Micros, SECOND } from "../../engine/duration.js";
import { spanText } from "../figure-text.js";
import { horizontalAxis } from "./axis.js";
import { element, FAINT_INK, figure, GRID, INK, textElement } from "./svg.js";

/** One run of the bench. */
export interface BenchPoint {
  /** For instance "rollout" or "crash-node". */
  readonly event: string;
  /** For instance "preStop 5s"; empty where nothing was varied. */
  readonly setting: string;
  readonly seed: string;
  /** What is compared, for instance the time until the last failure; NaN where the run has none. */
  readonly value: Micros;
}

export interface BenchText {
  readonly title: string;
  /** What `value` is, for instance "time from the event to the last failed request". */
  readonly measure: string;
}

const WIDTH = 960;
const LEFT = 250;
const RIGHT = WIDTH - 150;
const HEADER = 64;
const ROW = 30;
const EVENT_TITLE = 26;
const DOT_COLOUR = "#0072b2";
const MEDIAN_COLOUR = "#d55e00";
/** Dots of a row are spread over so many heights, so that equal values stay visible. */
const LANES = 5;

/** The SVG document as text. Rows stand in the order in which events and settings first occur. */
export function benchPlot(points: readonly BenchPoint[], text: BenchText): string {
  const known = points.filter(({ value }) => Number.isFinite(value));
  const highest = known.reduce((most, { value }) => Math.max(most, value), 0);
  const lowest = known.reduce((least, { value }) => Math.min(least, value), 0);
  const scale = scaleLinear([lowest / SECOND, highest > lowest ? highest / SECOND : 1], [LEFT, RIGHT]).nice(10);
  const x = (value: Micros): number => scale(value / SECOND);
  const parts = [
    textElement(20, 28, text.title, { "font-size": 17, "font-weight": "bold" }),
    textElement(20, 48, `${text.measure}: one dot a seed, the bar is the median`, { "font-size": 12, fill: FAINT_INK }),
  ];
  const sentences: string[] = [];
  const grid: string[] = [];
  let y = HEADER;
  for (const event of new Set(points.map((point) => point.event))) {
    parts.push(textElement(20, y + 16, event, { "font-weight": "bold", "font-size": 12 }));
    y += EVENT_TITLE;
    const ofEvent = points.filter((point) => point.event === event);
    for (const setting of new Set(ofEvent.map((point) => point.setting))) {
      const row = ofEvent.filter((point) => point.setting === setting);
      const values = row.map(({ value }) => value).filter(Number.isFinite);
      const middle = median(values);
      parts.push(...rowParts(setting, values, row.length, y, x));
      sentences.push(`${event} ${setting}: median ${spanText(middle)} over ${values.length} of ${row.length} seeds.`);
      y += ROW;
    }
  }
  for (const tick of scale.ticks(10)) {
    grid.push(element("line", { x1: scale(tick), x2: scale(tick), y1: HEADER, y2: y, stroke: GRID }));
  }
  const description = [`${text.measure}.`, ...sentences].join(" ");
  return figure({ title: text.title, description }, WIDTH, y + 36, [
    ...grid,
    ...parts,
    ...horizontalAxis(scale, y + 6, " s"),
  ]);
}

function rowParts(
  setting: string,
  values: readonly Micros[],
  seeds: number,
  y: number,
  x: (value: Micros) => number,
): string[] {
  const label = textElement(LEFT - 12, y + 14, setting || "as shipped", { "text-anchor": "end" });
  if (values.length === 0) {
    return [label, textElement(RIGHT + 12, y + 14, `none in ${seeds} seeds`, { fill: FAINT_INK })];
  }
  const middle = median(values);
  const dots = [...values]
    .sort((one, other) => one - other)
    .map((value, index) =>
      element("circle", {
        cx: x(value),
        cy: y + 4 + ((index * 2) % LANES) * 3,
        r: 3,
        fill: DOT_COLOUR,
        "fill-opacity": 0.55,
      }),
    );
  const bar = element("rect", {
    x: x(middle) - 1.5,
    y: y - 2,
    width: 3,
    height: 24,
    fill: MEDIAN_COLOUR,
    stroke: INK,
    "stroke-width": 0.5,
  });
  const few = values.length === seeds ? "" : ` (${values.length} of ${seeds})`;
  return [label, ...dots, bar, textElement(RIGHT + 12, y + 14, `${spanText(middle)}${few}`)];
}

/** The middle value, of an even number the mean of both; NaN without values. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const upper = sorted[Math.floor(sorted.length / 2)];
  if (upper === undefined) return Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[sorted.length / 2 - 1] as number)) / 2;
}
