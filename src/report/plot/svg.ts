/** SVG as text: elements with escaped contents, coordinates with at most 2 decimals, the frame of a whole figure. */
import { printable } from "../printable.js";

export type Attributes = Readonly<Record<string, string | number>>;

export const FONT_FAMILY = "DejaVu Sans, Verdana, Arial, sans-serif";
/** Pixels; nothing in a figure is smaller. */
export const FONT_SIZE = 11;
/** Upper estimate of a character's width in pixels at FONT_SIZE: figures cannot measure text. */
export const CHARACTER_WIDTH = 6.4;

export const INK = "#222222";
export const FAINT_INK = "#595959";
export const GRID = "#e3e3e3";

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text that is safe between tags and within quoted attributes. */
export function escapeText(text: string): string {
  return printable(text).replace(/[&<>"']/g, (character) => ESCAPES[character] ?? "");
}

/** A coordinate with at most 2 decimals. */
export function coordinate(value: number): number {
  const rounded = Math.round(value * 100) / 100;
  return rounded === 0 ? 0 : rounded;
}

/** An element; `children` are SVG text already, attributes are escaped and rounded here. */
export function element(name: string, attributes: Attributes, children: readonly string[] = []): string {
  const list = Object.entries(attributes)
    .map(([key, value]) => ` ${key}="${typeof value === "number" ? coordinate(value) : escapeText(value)}"`)
    .join("");
  return children.length === 0 ? `<${name}${list}/>` : `<${name}${list}>${children.join("")}</${name}>`;
}

/** A line of text; `attributes` may set anchor, size, weight, colour. */
export function textElement(x: number, y: number, text: string, attributes: Attributes = {}): string {
  return element("text", { x, y, ...attributes }, [escapeText(text)]);
}

/** Keeps text readable where a line crosses it: a white rim below the letters. */
export const RIM: Attributes = { "paint-order": "stroke", stroke: "#ffffff", "stroke-width": 4 };

export interface FigureText {
  readonly title: string;
  /** What the figure shows and says, for who cannot see it. */
  readonly description: string;
}

/** The whole document. */
export function figure(text: FigureText, width: number, height: number, parts: readonly string[]): string {
  const root: Attributes = {
    xmlns: "http://www.w3.org/2000/svg",
    viewBox: `0 0 ${coordinate(width)} ${coordinate(height)}`,
    width,
    height,
    role: "img",
    "aria-labelledby": "figure-title figure-description",
    "font-family": FONT_FAMILY,
    "font-size": FONT_SIZE,
    fill: INK,
  };
  const opening = [
    element("title", { id: "figure-title" }, [escapeText(text.title)]),
    element("desc", { id: "figure-description" }, [escapeText(text.description)]),
    element("rect", { width, height, fill: "#ffffff" }),
  ];
  return `${element("svg", root, ["\n", [...opening, ...parts].join("\n"), "\n"])}\n`;
}
