/**
 * Ready endpoints as step lines: wanted, in the API, in the rules of the median node and of the node that is furthest
 * behind. Counts hide a pod that replaces another, so the area shows what the slowest node is wrong about: from the
 * endpoints that it shares with the API to all that either of them holds.
 */
import { scaleLinear } from "d3-scale";
import type { Micros } from "../../engine/duration.js";
import { verticalAxis } from "./axis.js";
import { API_COLOUR, DESIRED_COLOUR, MEDIAN_COLOUR, SLOWEST_COLOUR } from "./colours.js";
import type { Frame, Panel } from "./panel.js";
import { type AreaPoint, areaPath, type LinePoint, linePath } from "./path.js";
import type { Bin } from "./plot-rows.js";
import { type ObserverView, readerOf, silentSince } from "./staleness.js";
import { type Attributes, element } from "./svg.js";

/** Moments at which the lines are read: about one a pixel. */
const MOMENTS = 800;

interface Known {
  readonly t: Micros;
  readonly api: number;
  readonly median: number;
  readonly slowest: number;
  /** Endpoints that the slowest node does not know yet, and those that it still uses. */
  readonly missing: number;
  readonly outdated: number;
}

export function endpointsPanel(bins: readonly Bin[], views: readonly ObserverView[], end: Micros): Panel {
  const known = knownCounts(views, bins, end);
  const nodes = views.some(({ observer }) => observer.kind === "node");
  const wanted = bins.reduce((most, bin) => Math.max(most, bin.desired), 1);
  const highest = known.reduce(
    (most, { api, median, slowest, outdated }) => Math.max(most, api + outdated, median, slowest),
    wanted,
  );
  return {
    title: "Ready endpoints",
    legend: [
      { label: "desired", colour: DESIRED_COLOUR, mark: "dashes" },
      { label: "in the API", colour: API_COLOUR, mark: "line" },
      ...(nodes
        ? ([
            { label: "median node", colour: MEDIAN_COLOUR, mark: "line" },
            { label: "slowest node", colour: SLOWEST_COLOUR, mark: "line" },
            {
              label: "staleness: what the slowest node is wrong about",
              colour: SLOWEST_COLOUR,
              mark: "area",
              opacity: 0.25,
            },
          ] as const)
        : []),
    ],
    height: 96,
    draw: (frame) => {
      const y = scaleLinear([0, highest + 0.5], [frame.bottom, frame.top]);
      const staleness = known.flatMap(({ t, api, missing, outdated }, index): AreaPoint[] =>
        missing + outdated === 0
          ? [null]
          : [
              [frame.time(t), y(api - missing), y(api + outdated)],
              [frame.time(known[index + 1]?.t ?? end), y(api - missing), y(api + outdated)],
            ],
      );
      const line = (value: (each: Known) => number, colour: string): string =>
        stroke(countLine(frame, known, value, y, end), colour, { "stroke-width": 1.5 });
      return [
        ...verticalAxis(y, frame.left, frame.right, "", Math.min(5, highest)),
        stroke(linePath(desiredPoints(frame, bins, y)), DESIRED_COLOUR, {
          "stroke-dasharray": "4 3",
          "stroke-width": 1.5,
        }),
        ...(nodes ? [element("path", { d: areaPath(staleness), fill: SLOWEST_COLOUR, "fill-opacity": 0.25 })] : []),
        ...(nodes ? [line(({ slowest }) => slowest, SLOWEST_COLOUR), line(({ median }) => median, MEDIAN_COLOUR)] : []),
        line(({ api }) => api, API_COLOUR),
      ];
    },
  };
}

function stroke(d: string, colour: string, attributes: Attributes): string {
  return element("path", { d, fill: "none", stroke: colour, ...attributes });
}

/** Steps as well: a run may have hundreds of thousands of bins, of which a handful differ from the one before. */
function desiredPoints({ time }: Frame, bins: readonly Bin[], y: (value: number) => number): LinePoint[] {
  const points: LinePoint[] = [];
  bins.forEach((bin, index) => {
    const [before, after] = [bins[index - 1], bins[index + 1]];
    if (bin.desired !== before?.desired) points.push([time(bin.t), y(bin.desired)]);
    if (bin.desired !== after?.desired) points.push([time(bin.t + bin.length), y(bin.desired)]);
  });
  return points;
}

/** Steps, with points only where the value changes. */
function countLine(
  { time }: Frame,
  known: readonly Known[],
  value: (each: Known) => number,
  y: (count: number) => number,
  end: Micros,
): string {
  const points: LinePoint[] = [];
  known.forEach((each, index) => {
    const count = value(each);
    const previous = known[index - 1];
    if (previous !== undefined && value(previous) === count) return;
    if (previous !== undefined) points.push([time(each.t), y(value(previous))]);
    points.push([time(each.t), y(count)]);
  });
  const last = known.at(-1);
  if (last !== undefined) points.push([time(end), y(value(last))]);
  return linePath(points);
}

/**
 * The counts at evenly spaced moments; without endpoint rows the API's come from the timeline. Nodes that are dead or cut
 * off do not count: what they believe decides nothing any more.
 */
export function knownCounts(views: readonly ObserverView[], bins: readonly Bin[], end: Micros): Known[] {
  const api = views.find(({ observer }) => observer.kind === "api");
  const ready = readerOf(api?.counts ?? bins.map((bin) => ({ t: bin.t + bin.length, count: bin.ready })));
  const nodes = views
    .filter((view) => view.observer.kind === "node" && silentSince(view, end) === Number.POSITIVE_INFINITY)
    .map((view) => ({ view, read: readerOf(view.counts), next: 0 }));
  return Array.from({ length: MOMENTS }, (_, index): Known => {
    const t = Math.floor((index * end) / MOMENTS);
    const api = ready(t);
    let worst = { since: Number.POSITIVE_INFINITY, count: Number.NaN, missing: 0, outdated: 0 };
    const counts = nodes.map((node) => {
      const count = node.read(t);
      while (node.next < node.view.stale.length && (node.view.stale[node.next]?.until ?? 0) <= t) node.next++;
      const wrong = wrongAt(node.view, node.next, t);
      if (wrong.since < worst.since) worst = { ...wrong, count };
      return count;
    });
    counts.sort((x, y) => x - y);
    const median = counts[Math.floor(counts.length / 2)] ?? api;
    const { missing, outdated } = worst;
    return { t, api, median, slowest: Number.isNaN(worst.count) ? median : worst.count, missing, outdated };
  });
}

/** What a node is wrong about at `t`, and since when; intervals before `first` are over. */
function wrongAt({ stale }: ObserverView, first: number, t: Micros) {
  const wrong = { since: Number.POSITIVE_INFINITY, missing: 0, outdated: 0 };
  for (let index = first; index < stale.length && (stale[index]?.from ?? 0) <= t; index++) {
    const interval = stale[index];
    if (interval === undefined || interval.until <= t) continue;
    wrong.since = Math.min(wrong.since, interval.from);
    if (interval.known) wrong.outdated++;
    else wrong.missing++;
  }
  return wrong;
}
