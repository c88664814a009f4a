/** The figures of a run: each is a file. */
import { failoverPlot } from "./failover-plot.js";
import type { PlotRows } from "./plot-rows.js";
import { timelinePlot } from "./timeline-plot.js";

export interface Figure {
  /** Of the file. */
  readonly name: string;
  /** The SVG. */
  draw(rows: PlotRows): string;
}

/** In the order in which they are written and named. */
export const FIGURES: readonly Figure[] = [
  { name: "timeline.svg", draw: timelinePlot },
  { name: "failover.svg", draw: ({ scenario, failover }) => failoverPlot(scenario, failover) },
];
