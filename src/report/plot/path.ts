/** Paths through points by d3-shape, rounded; a null point is a gap. */
import { area, line } from "d3-shape";

/** Two pixels: a line's point, or with a third number an area's column from y1 to y2. */
export type LinePoint = readonly [x: number, y: number] | null;
export type AreaPoint = readonly [x: number, y1: number, y2: number] | null;

const DIGITS = 2;

export function linePath(points: readonly LinePoint[]): string {
  const path = line<LinePoint>()
    .defined((point) => point !== null)
    .x((point) => point?.[0] ?? 0)
    .y((point) => point?.[1] ?? 0)
    .digits(DIGITS);
  return path(points) ?? "";
}

export function areaPath(points: readonly AreaPoint[]): string {
  const path = area<AreaPoint>()
    .defined((point) => point !== null)
    .x((point) => point?.[0] ?? 0)
    .y0((point) => point?.[1] ?? 0)
    .y1((point) => point?.[2] ?? 0)
    .digits(DIGITS);
  return path(points) ?? "";
}
