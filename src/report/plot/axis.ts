/** Axes: ticks, labels, grid lines. d3-axis needs a DOM; this needs a scale. */
import type { ScaleLinear } from "d3-scale";
import { fixedDecimal } from "../fixed-decimal.js";
import { element, FAINT_INK, GRID, textElement } from "./svg.js";

export type Scale = ScaleLinear<number, number>;

const MOST_DECIMALS = 6;

/** Labels of ticks with as many decimals as the finest needs, the same for all. */
export function tickLabels(ticks: readonly number[]): string[] {
  let decimals = 0;
  let scale = 1;
  while (decimals < MOST_DECIMALS && ticks.some((tick) => Math.abs(tick * scale - Math.round(tick * scale)) > 1e-6)) {
    decimals++;
    scale *= 10;
  }
  return ticks.map((tick) => fixedDecimal(tick * scale, decimals).replace("-", "−"));
}

/** Ticks below a drawing, at the height `y`; `unit` follows each label. */
export function horizontalAxis(scale: Scale, y: number, unit: string): string[] {
  const ticks = scale.ticks(10);
  const [left = 0, right = 0] = scale.range();
  const labels = tickLabels(ticks);
  return [
    element("line", { x1: left, x2: right, y1: y, y2: y, stroke: FAINT_INK }),
    ...ticks.flatMap((tick, index) => [
      element("line", { x1: scale(tick), x2: scale(tick), y1: y, y2: y + 4, stroke: FAINT_INK }),
      textElement(scale(tick), y + 16, `${labels[index]}${unit}`, { "text-anchor": "middle", fill: FAINT_INK }),
    ]),
  ];
}

/** Horizontal grid lines from `left` to `right` with labels left of them. */
export function verticalAxis(scale: Scale, left: number, right: number, unit: string, count = 4): string[] {
  const ticks = scale.ticks(count);
  const labels = tickLabels(ticks);
  return ticks.flatMap((tick, index) => [
    element("line", { x1: left, x2: right, y1: scale(tick), y2: scale(tick), stroke: GRID }),
    textElement(left - 6, scale(tick) + 4, `${labels[index]}${unit}`, { "text-anchor": "end", fill: FAINT_INK }),
  ]);
}
