/** ANSI colours, switched on by whoever knows whether a terminal reads along. */

const CODES = { bold: "1", dim: "2", red: "31", green: "32", yellow: "33" } as const;
export type Paint = (style: keyof typeof CODES, text: string) => string;

/** With `colour` false the text stays as it is. */
export function painter(colour: boolean): Paint {
  return colour ? (style, text) => `\u001b[${CODES[style]}m${text}\u001b[0m` : (_style, text) => text;
}
