/** Heatmap: how far each node's rules are behind the API; neighbours of one class are one rectangle. */
import { type Micros, SECOND } from "../../engine/duration.js";
import { LAG_CLASSES, SILENT_CLASS } from "./colours.js";
import type { Panel } from "./panel.js";
import { lagColumns, type ObserverView, silentSince } from "./staleness.js";
import { CHARACTER_WIDTH, element, FAINT_INK, GRID, textElement } from "./svg.js";

const COLUMNS = 300;
const ROW_HEIGHT = 15;
/** More nodes are not readable: the ones that were furthest behind are shown. */
const MOST_ROWS = 24;
const MOST_CHARACTERS = 10;

/** Null when no node was observed. `labelWidth` is the space left of the drawing in pixels. */
export function ruleLagPanel(views: readonly ObserverView[], end: Micros, labelWidth: number): Panel | null {
  const width = end / COLUMNS;
  const nodes = views
    .filter(({ observer }) => observer.kind === "node")
    .map((view) => {
      const silent = silentSince(view, end);
      const stale = view.stale.filter(({ from }) => from < silent);
      return {
        name: view.observer.name,
        lags: lagColumns(stale, width, COLUMNS),
        silent: Math.min(end, silent),
      };
    });
  if (nodes.length === 0) return null;
  const shown = nodes.length <= MOST_ROWS ? nodes : furthestBehind(nodes);
  const title = "Rules behind the API, by node";
  return {
    title: nodes.length === shown.length ? title : `${title}: the worst ${shown.length} of ${nodes.length}`,
    legend: [...LAG_CLASSES, ...(shown.some(({ silent }) => silent < end) ? [SILENT_CLASS] : [])].map(
      ({ label, colour }) => ({ label, colour, mark: "area" }),
    ),
    height: shown.length * ROW_HEIGHT,
    draw: ({ time, left, right, top, bottom }) => [
      element("rect", { x: left, y: top, width: right - left, height: bottom - top, fill: "#f6f6f6" }),
      ...shown.flatMap(({ name, lags, silent }, row) => [
        textElement(left - 6, top + row * ROW_HEIGHT + 11, shortened(name, labelWidth), {
          "text-anchor": "end",
          fill: FAINT_INK,
        }),
        element("line", { x1: left, x2: right, y1: top + row * ROW_HEIGHT, y2: top + row * ROW_HEIGHT, stroke: GRID }),
        ...(silent < end
          ? [
              element("rect", {
                x: time(silent),
                y: top + row * ROW_HEIGHT + 1,
                width: right - time(silent),
                height: ROW_HEIGHT - 2,
                fill: SILENT_CLASS.colour,
              }),
            ]
          : []),
        ...runs(lags).map(({ from, to, colour }) =>
          element("rect", {
            x: time(from * width),
            y: top + row * ROW_HEIGHT + 1,
            width: time(to * width) - time(from * width),
            height: ROW_HEIGHT - 2,
            fill: colour,
          }),
        ),
      ]),
    ],
  };
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
