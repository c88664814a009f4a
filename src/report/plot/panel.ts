/** A panel of a figure: a title with its legend in one or more lines, and a drawing below on the shared time axis. */
import type { Scale } from "./axis.js";
import { type Attributes, CHARACTER_WIDTH, element, FAINT_INK, RIM, textElement } from "./svg.js";

/** Where a panel draws: pixels, and the scale from microseconds to x. */
export interface Frame {
  readonly time: Scale;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

export interface LegendEntry {
  readonly label: string;
  readonly colour: string;
  readonly mark: "line" | "dashes" | "area";
  readonly opacity?: number;
}

export interface Panel {
  readonly title: string;
  readonly legend: readonly LegendEntry[];
  /** Of the drawing, without title and legend. */
  readonly height: number;
  readonly draw: (frame: Frame) => string[];
}

const LINE_HEIGHT = 16;
const SWATCH = 18;
const GAP = 14;

export interface PlacedHeading {
  readonly parts: readonly string[];
  readonly height: number;
}

/** Title and legend from (left, top); legend entries that do not fit go to the next line. */
export function heading(panel: Panel, left: number, right: number, top: number): PlacedHeading {
  let y = top + 12;
  let x = left + panel.title.length * (CHARACTER_WIDTH + 1.8) + GAP;
  const parts = [textElement(left, y, panel.title, { "font-weight": "bold", "font-size": 12, ...RIM })];
  for (const entry of panel.legend) {
    const width = SWATCH + 4 + [...entry.label].length * CHARACTER_WIDTH;
    if (x + width > right && x > left) {
      x = left;
      y += LINE_HEIGHT;
    }
    parts.push(swatch(entry, x, y), textElement(x + SWATCH + 4, y, entry.label, { fill: FAINT_INK, ...RIM }));
    x += width + GAP;
  }
  return { parts, height: y - top + 8 };
}

function swatch({ mark, colour, opacity = 1 }: LegendEntry, x: number, y: number): string {
  if (mark === "area")
    return element("rect", { x: x + 4, y: y - 9, width: 12, height: 10, fill: colour, "fill-opacity": opacity });
  const dashes: Attributes = mark === "dashes" ? { "stroke-dasharray": "4 3" } : {};
  return element("line", {
    x1: x,
    x2: x + SWATCH - 2,
    y1: y - 4,
    y2: y - 4,
    stroke: colour,
    "stroke-width": 2,
    ...dashes,
  });
}
