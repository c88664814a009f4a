/** Numbered lines across all panels where churn happened, and what each number means. */
import type { Micros } from "../../engine/duration.js";
import type { FailoverRow } from "../../model/result.js";
import { momentText } from "../figure-text.js";
import type { Scale } from "./axis.js";
import { element, FAINT_INK, INK, textElement } from "./svg.js";

export interface ChurnMarker {
  readonly t: Micros;
  readonly text: string;
}

/** Events that are listed with their names; further ones are marked without. */
const MOST_LISTED = 8;
const MOST_CHARACTERS = 116;
const RADIUS = 8;

/** Churn events in order of time, each once however many targets felt it. */
export function churnMarkers(failover: readonly FailoverRow[]): ChurnMarker[] {
  const events = new Map(failover.map((row) => [row.event, row]));
  return [...events.values()]
    .sort((x, y) => x.t - y.t)
    .map((row) => ({ t: row.t, text: `${row.event}: ${row.action} ${row.object} at ${momentText(row.t)}` }));
}

/** Lines from `top` to `bottom` with the numbers above them. */
export function markerLines(markers: readonly ChurnMarker[], time: Scale, top: number, bottom: number): string[] {
  return markers.flatMap(({ t }, index) => [
    element("line", { x1: time(t), x2: time(t), y1: top, y2: bottom, stroke: INK, "stroke-dasharray": "2 3" }),
    ...badge(time(t), top - RADIUS, index + 1),
  ]);
}

/** The list of numbers from (left, top); its height is `markerListHeight`. */
export function markerList(markers: readonly ChurnMarker[], left: number, top: number): string[] {
  const lines = markers.slice(0, MOST_LISTED).flatMap(({ text }, index) => {
    const y = top + index * 20 + 10;
    return [...badge(left + RADIUS, y, index + 1), textElement(left + 2 * RADIUS + 8, y + 4, cut(text))];
  });
  if (markers.length <= MOST_LISTED) return lines;
  const rest = `and ${markers.length - MOST_LISTED} more churn events, see failover.csv`;
  return [...lines, textElement(left + 2 * RADIUS + 8, top + MOST_LISTED * 20 + 14, rest, { fill: FAINT_INK })];
}

export function markerListHeight(markers: readonly ChurnMarker[]): number {
  return Math.min(markers.length, MOST_LISTED + 1) * 20;
}

function badge(x: number, y: number, number: number): string[] {
  return [
    element("circle", { cx: x, cy: y, r: RADIUS, fill: INK }),
    textElement(x, y + 4, String(number), { "text-anchor": "middle", fill: "#ffffff", "font-weight": "bold" }),
  ];
}

function cut(text: string): string {
  const characters = [...text];
  return characters.length <= MOST_CHARACTERS ? text : `${characters.slice(0, MOST_CHARACTERS - 1).join("")}…`;
}
