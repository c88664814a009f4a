/** Heatmap: how far each node's rules are behind the API; neighbours of one class are one rectangle. */
import { type Micros, SECOND } from "../../engine/duration.js";
import { LAG_CLASSES, SILENT_CLASS } from "./colours.js";
import type { Frame, Panel } from "./panel.js";
import { lagColumns, type ObserverView, silentSince } from "./staleness.js";
import { CHARACTER_WIDTH, element, FAINT_INK, GRID, textElement } from "./svg.js";

const COLUMNS = 300;
/** Pixels: of a row, between a bar and the row's edge, from that edge down to the text, and left of the drawing. */
const ROW_HEIGHT = 15;
const ROW_GAP = 1;
const BASELINE = 11;
const LABEL_GAP = 6;
const BACKGROUND = "#f6f6f6";
/** More nodes are not readable: the ones that were furthest behind are shown. */
const MOST_ROWS = 24;
const MOST_CHARACTERS = 10;

interface NodeRow {
  readonly name: string;
  /** How far it was behind in each column. */
  readonly lags: readonly number[];
  /** Since when it has heard nothing more; the end of the drawing while it keeps up. */
  readonly silent: Micros;
}

/** Null when no node was observed. `labelWidth` is the space left of the drawing in pixels. */
export function ruleLagPanel(views: readonly ObserverView[], end: Micros, labelWidth: number): Panel | null {
  const width = end / COLUMNS;
  const nodes = views.filter(({ observer }) => observer.kind === "node").map((view) => nodeRow(view, end, width));
  if (nodes.length === 0) return null;
  const shown = nodes.length <= MOST_ROWS ? nodes : furthestBehind(nodes);
  const title = "Rules behind the API, by node";
  return {
    title: nodes.length === shown.length ? title : `${title}: the worst ${shown.length} of ${nodes.length}`,
    legend: [...LAG_CLASSES, ...(shown.some(({ silent }) => silent < end) ? [SILENT_CLASS] : [])].map(
      ({ label, colour }) => ({ label, colour, mark: "area" }),
    ),
    height: shown.length * ROW_HEIGHT,
    draw: (frame) => {
      const { left, right, top, bottom } = frame;
      return [
        element("rect", { x: left, y: top, width: right - left, height: bottom - top, fill: BACKGROUND }),
        ...shown.flatMap((node, row) => drawRow(node, frame, top + row * ROW_HEIGHT, { end, width, labelWidth })),
      ];
    },
  };
}

function nodeRow(view: ObserverView, end: Micros, width: Micros): NodeRow {
  const silent = silentSince(view, end);
  const stale = view.stale.filter(({ from }) => from < silent);
  return { name: view.observer.name, lags: lagColumns(stale, width, COLUMNS), silent: Math.min(end, silent) };
}

/** The row of a node whose upper edge is at `y`: its name, a line above it, and a rectangle for each time it was behind. */
function drawRow(
  { name, lags, silent }: NodeRow,
  { time, left, right }: Frame,
  y: number,
  { end, width, labelWidth }: { readonly end: Micros; readonly width: Micros; readonly labelWidth: number },
): string[] {
  const bar = (from: number, to: number, fill: string): string =>
    element("rect", { x: from, y: y + ROW_GAP, width: to - from, height: ROW_HEIGHT - 2 * ROW_GAP, fill });
  return [
    textElement(left - LABEL_GAP, y + BASELINE, shortened(name, labelWidth), { "text-anchor": "end", fill: FAINT_INK }),
    element("line", { x1: left, x2: right, y1: y, y2: y, stroke: GRID }),
    ...(silent < end ? [bar(time(silent), right, SILENT_CLASS.colour)] : []),
    ...runs(lags).map(({ from, to, colour }) => bar(time(from * width), time(to * width), colour)),
  ];
}

/** The nodes with the greatest sum of lags, in their former order. */
function furthestBehind<N extends { readonly lags: readonly number[] }>(nodes: readonly N[]): N[] {
  const sum = ({ lags }: N): number => lags.reduce((total, lag) => total + lag, 0);
  const worst = new Set([...nodes].sort((x, y) => sum(y) - sum(x)).slice(0, MOST_ROWS));
  return nodes.filter((node) => worst.has(node));
}

/** Neighbouring columns of one class, without those that are not behind. */
export function runs(
  lags: readonly number[],
): { readonly from: number; readonly to: number; readonly colour: string }[] {
  const merged: { from: number; to: number; colour: string }[] = [];
  lags.forEach((lag, index) => {
    if (lag === 0) return;
    const colour = LAG_CLASSES.find(({ below }) => lag < below * SECOND)?.colour ?? "";
    const last = merged.at(-1);
    if (last !== undefined && last.to === index && last.colour === colour) last.to = index + 1;
    else merged.push({ from: index, to: index + 1, colour });
  });
  return merged;
}

/** The end of a long name, which is what differs between nodes. */
function shortened(name: string, labelWidth: number): string {
  const characters = [...name];
  const most = Math.max(MOST_CHARACTERS, Math.floor(labelWidth / CHARACTER_WIDTH));
  return characters.length <= most ? name : `…${characters.slice(characters.length - most + 1).join("")}`;
}
