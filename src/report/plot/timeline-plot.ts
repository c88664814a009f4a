/** `timeline.svg`: what clients felt, and what each part of the cluster knew, on one time axis. */
import { scaleLinear } from "d3-scale";
import { type Micros, SECOND } from "../../engine/duration.js";
import { groupedCount, percentText, spanText } from "../figure-text.js";
import { horizontalAxis } from "./axis.js";
import { churnMarkers, markerLines, markerList, markerListHeight } from "./churn-markers.js";
import { endpointsPanel } from "./endpoints-panel.js";
import { failuresPanel } from "./failures-panel.js";
import { latencyPanel } from "./latency-panel.js";
import { heading, type Panel } from "./panel.js";
import { type Bin, bins, type PlotRows } from "./plot-rows.js";
import { ruleLagPanel } from "./rule-lag-panel.js";
import { observerViews } from "./staleness.js";
import { successPanel } from "./success-panel.js";
import { FAINT_INK, figure, textElement } from "./svg.js";

const WIDTH = 960;
const LEFT = 88;
const RIGHT = WIDTH - 24;
const HEADER = 62;
const GAP = 12;
/** Between the list of churn events and the first panel: room for the numbers above the lines. */
const BADGES = 24;

/** The SVG document as text; the same rows give the same bytes. Without a single time bin it says so. */
export function timelinePlot(rows: PlotRows): string {
  const all = bins(rows.timeline, new Set(rows.endpoints.map(({ service }) => service)));
  const last = all.at(-1);
  const end: Micros = last === undefined ? SECOND : last.t + last.length;
  const markers = churnMarkers(rows.failover).filter(({ t }) => t <= end);
  const time = scaleLinear([0, end], [LEFT, RIGHT]);
  const title = `${rows.scenario}: requests and endpoints over time`;
  const parts = [
    textElement(LEFT, 28, title, { "font-size": 17, "font-weight": "bold" }),
    textElement(LEFT, 48, totalsText(all), { "font-size": 13, fill: FAINT_INK }),
    ...markerList(markers, LEFT, HEADER),
  ];
  const first = HEADER + markerListHeight(markers) + (markers.length > 0 ? BADGES : 0);
  let top = first;
  const drawn: string[] = [];
  for (const panel of panelsOf(rows, all, end)) {
    const head = heading(panel, LEFT, RIGHT, top);
    const from = top + head.height;
    drawn.push(
      ...head.parts,
      ...panel.draw({ time, left: LEFT, right: RIGHT, top: from, bottom: from + panel.height }),
    );
    top = from + panel.height + GAP;
  }
  const seconds = scaleLinear([0, end / SECOND], [LEFT, RIGHT]);
  parts.push(
    ...markerLines(markers, time, first, top - GAP),
    ...drawn,
    ...horizontalAxis(seconds, top - GAP + 4, " s"),
  );
  const description = describe(
    rows,
    all,
    markers.map(({ text }) => text),
  );
  return figure({ title, description }, WIDTH, top + 28, parts);
}

function panelsOf(rows: PlotRows, all: readonly Bin[], end: Micros): Panel[] {
  const views = observerViews(rows.endpoints);
  const heatmap = ruleLagPanel(views, end, LEFT - 12);
  return [
    successPanel(all),
    failuresPanel(all, rows.failures),
    latencyPanel(all),
    endpointsPanel(all, views, end),
    ...(heatmap === null ? [] : [heatmap]),
  ];
}

function totalsText(all: readonly Bin[]): string {
  const requests = all.reduce((sum, bin) => sum + bin.requests, 0);
  const ok = all.reduce((sum, bin) => sum + bin.ok, 0);
  if (requests === 0) return "no requests were sent";
  return `${groupedCount(requests)} requests, ${percentText(ok, requests)} ok, ${groupedCount(requests - ok)} failed`;
}

/** The figure in words. */
function describe(rows: PlotRows, all: readonly Bin[], events: readonly string[]): string {
  const worst = all.reduce<Bin | null>(
    (least, bin) =>
      bin.requests > 0 && (least === null || bin.ok / bin.requests < least.ok / least.requests) ? bin : least,
    null,
  );
  const dip =
    worst === null || worst.ok === worst.requests
      ? ""
      : ` Success was lowest at ${spanText(worst.t)}: ${percentText(worst.ok, worst.requests)}.`;
  const churn = events.length === 0 ? "" : ` Churn: ${events.slice(0, 8).join("; ")}.`;
  const causes = new Map<string, number>();
  for (const { cause, count } of rows.failures) causes.set(cause, (causes.get(cause) ?? 0) + count);
  const failed = [...causes].map(([cause, count]) => `${cause} ${groupedCount(count)}`).join(", ");
  const why = failed === "" ? "" : ` Failures by cause: ${failed}.`;
  return `${totalsText(all)}.${dip}${why}${churn} Panels: success, failures a second by cause, latency, ready endpoints as the API and the nodes know them, and how far each node's rules are behind.`;
}
