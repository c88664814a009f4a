/** Failures a second by time bin, stacked by cause in the order of the list of causes. */
import { scaleLinear } from "d3-scale";
import { type Micros, SECOND } from "../../engine/duration.js";
import { CAUSES, type Cause } from "../../model/outcome.js";
import type { FailureRow } from "../../model/result.js";
import { groupedCount } from "../figure-text.js";
import { verticalAxis } from "./axis.js";
import { CAUSE_COLOURS } from "./colours.js";
import { minimaKeepingSample } from "./minima-keeping-sample.js";
import type { Panel } from "./panel.js";
import type { Bin } from "./plot-rows.js";
import { MOST_BINS } from "./success-panel.js";
import { element, FAINT_INK, textElement } from "./svg.js";

type Counts = ReadonlyMap<Cause, number>;

export function failuresPanel(bins: readonly Bin[], failures: readonly FailureRow[]): Panel {
  const byTime = countsByTime(failures);
  const causes = CAUSES.map(({ name }) => name).filter((name) => failures.some((row) => row.cause === name));
  const total = (cause: Cause): number =>
    failures.reduce((sum, row) => (row.cause === cause ? sum + row.count : sum), 0);
  const rates = bins.map((bin) => (sumOf(byTime.get(bin.t)) * SECOND) / bin.length);
  const highest = rates.reduce((most, rate) => Math.max(most, rate), 0);
  return {
    title: "Failures a second",
    legend: causes.map((cause) => ({
      label: `${cause} (${groupedCount(total(cause))})`,
      colour: CAUSE_COLOURS[cause],
      mark: "area",
    })),
    height: 84,
    draw: ({ time, left, right, top, bottom }) => {
      const y = scaleLinear([0, Math.max(1, highest)], [bottom, top]).nice(4);
      if (causes.length === 0) {
        return [
          ...verticalAxis(y, left, right, "", 2),
          textElement((left + right) / 2, (top + bottom) / 2 + 4, "no request failed", {
            "text-anchor": "middle",
            fill: FAINT_INK,
          }),
        ];
      }
      const bars = minimaKeepingSample(
        rates.map((rate) => -rate),
        MOST_BINS,
      ).flatMap(({ from, to, at }) => {
        const [first, last, shown] = [bins[from] as Bin, bins[to - 1] as Bin, bins[at] as Bin];
        const x = time(first.t);
        return stack(causes, byTime.get(shown.t), shown.length).map(({ cause, low, high }) =>
          element("rect", {
            x,
            y: y(high),
            width: Math.max(1, time(last.t + last.length) - x - 0.5),
            height: y(low) - y(high),
            fill: CAUSE_COLOURS[cause],
          }),
        );
      });
      return [...verticalAxis(y, left, right, ""), ...bars];
    },
  };
}

/** Bars of one bin from the bottom up, as rates a second. */
function stack(causes: readonly Cause[], counts: Counts | undefined, length: Micros) {
  const parts: { readonly cause: Cause; readonly low: number; readonly high: number }[] = [];
  let low = 0;
  for (const cause of causes) {
    const rate = ((counts?.get(cause) ?? 0) * SECOND) / length;
    if (rate > 0) parts.push({ cause, low, high: low + rate });
    low += rate;
  }
  return parts;
}

function countsByTime(failures: readonly FailureRow[]): Map<Micros, Map<Cause, number>> {
  const byTime = new Map<Micros, Map<Cause, number>>();
  for (const { t, cause, count } of failures) {
    const counts = byTime.get(t) ?? new Map<Cause, number>();
    byTime.set(t, counts.set(cause, (counts.get(cause) ?? 0) + count));
  }
  return byTime;
}

function sumOf(counts: Counts | undefined): number {
  return [...(counts?.values() ?? [])].reduce((sum, count) => sum + count, 0);
}
