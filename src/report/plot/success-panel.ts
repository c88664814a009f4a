/** Success ratio by time bin with its Wilson band; a gap where no request was sent. */
import { scaleLinear } from "d3-scale";
import { wilsonInterval } from "../wilson.js";
import { verticalAxis } from "./axis.js";
import { SUCCESS_COLOUR } from "./colours.js";
import { minimaKeepingSample } from "./minima-keeping-sample.js";
import type { Panel } from "./panel.js";
import { type AreaPoint, areaPath, type LinePoint, linePath } from "./path.js";
import type { Bin } from "./plot-rows.js";
import { element } from "./svg.js";

/** Most bins that are drawn: about one in two pixels. */
export const MOST_BINS = 420;
/** Lower ends of the axis to choose from, in percent. */
const LOWER_ENDS = [99, 95, 90, 80, 50];

export function successPanel(bins: readonly Bin[]): Panel {
  const ratios = bins.map((bin) => (bin.requests === 0 ? Number.NaN : bin.ok / bin.requests));
  const least = ratios.reduce((low, ratio) => (ratio < low ? ratio : low), 1);
  const lower = LOWER_ENDS.find((end) => end < least * 100) ?? 0;
  return {
    title: "Success",
    legend: [
      { label: "share of requests that succeeded", colour: SUCCESS_COLOUR, mark: "line" },
      { label: "95 % interval of the bin", colour: SUCCESS_COLOUR, mark: "area", opacity: 0.25 },
    ],
    height: 96,
    draw: ({ time, left, right, top, bottom }) => {
      const y = scaleLinear([lower, 100], [bottom, top]);
      const height = (ratio: number): number => Math.min(bottom, y(ratio * 100));
      const band: AreaPoint[] = [];
      const points: LinePoint[] = [];
      for (const { from, to, at } of minimaKeepingSample(ratios, MOST_BINS)) {
        const [first, last, shown] = [bins[from] as Bin, bins[to - 1] as Bin, bins[at] as Bin];
        const interval = wilsonInterval(shown.ok, shown.requests);
        if (interval === null) {
          band.push(null);
          points.push(null);
          continue;
        }
        for (const x of [time(first.t), time(last.t + last.length)]) {
          band.push([x, height(interval.low), height(interval.high)]);
          points.push([x, height(shown.ok / shown.requests)]);
        }
      }
      return [
        ...verticalAxis(y, left, right, " %"),
        element("path", { d: areaPath(band), fill: SUCCESS_COLOUR, "fill-opacity": 0.25 }),
        element("path", { d: linePath(points), fill: "none", stroke: SUCCESS_COLOUR, "stroke-width": 1.5 }),
      ];
    },
  };
}
