/** Latency of successful requests by time bin: median and 99th percentile. */
import { scaleLinear } from "d3-scale";
import { MILLISECOND } from "../../engine/duration.js";
import { verticalAxis } from "./axis.js";
import { MEDIAN_COLOUR, SLOWEST_COLOUR } from "./colours.js";
import { minimaKeepingSample } from "./minima-keeping-sample.js";
import type { Frame, Panel } from "./panel.js";
import { type LinePoint, linePath } from "./path.js";
import type { Bin } from "./plot-rows.js";
import { MOST_BINS } from "./success-panel.js";
import { element } from "./svg.js";

export function latencyPanel(bins: readonly Bin[]): Panel {
  const p50 = bins.map((bin) => bin.latencyP50 / MILLISECOND);
  const p99 = bins.map((bin) => bin.latencyP99 / MILLISECOND);
  const highest = [...p50, ...p99].reduce((most, latency) => (latency > most ? latency : most), 1);
  return {
    title: "Latency",
    legend: [
      { label: "p50", colour: MEDIAN_COLOUR, mark: "line" },
      { label: "p99 of successful requests", colour: SLOWEST_COLOUR, mark: "dashes" },
    ],
    height: 72,
    draw: (frame) => {
      const y = scaleLinear([0, highest], [frame.bottom, frame.top]).nice(3);
      return [
        ...verticalAxis(y, frame.left, frame.right, " ms", 3),
        element("path", { d: steps(frame, bins, p50, y), fill: "none", stroke: MEDIAN_COLOUR, "stroke-width": 1.5 }),
        element("path", {
          d: steps(frame, bins, p99, y),
          fill: "none",
          stroke: SLOWEST_COLOUR,
          "stroke-width": 1.5,
          "stroke-dasharray": "4 3",
        }),
      ];
    },
  };
}

/** A short peak of latency is kept, as a dip of success is. */
function steps({ time }: Frame, bins: readonly Bin[], values: readonly number[], y: (value: number) => number): string {
  const samples = minimaKeepingSample(
    values.map((value) => -value),
    MOST_BINS,
  );
  const points = samples.flatMap(({ from, to, at }): LinePoint[] => {
    const value = values[at] as number;
    if (Number.isNaN(value)) return [null];
    const [first, last] = [bins[from] as Bin, bins[to - 1] as Bin];
    return [
      [time(first.t), y(value)],
      [time(last.t + last.length), y(value)],
    ];
  });
  return linePath(points);
}
