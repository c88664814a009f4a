/** The two streams of a command: the result on stdout, everything else on stderr. */

export interface Terminal {
  /** Result text, with its line breaks. */
  out(text: string): void;
  /** Whatever is not the result. */
  err(text: string): void;
  /** Whether stderr is a terminal that can show a line that changes. */
  readonly live: boolean;
  /** Whether stdout takes ANSI colours. */
  readonly colour: boolean;
  /** Characters in a line of stdout. */
  readonly width: number;
}

/** Of files and pipes. */
const WIDTH = 100;

/** A narrower one breaks the lines itself. */
const NARROWEST = 60;

/**
 * The terminal of this process. Colours go to a terminal only, unless NO_COLOR (any text) or `--no-color` forbids them.
 * Writes are synchronous for files, pipes and terminals on Linux, so nothing is lost when the process exits.
 */
export function processTerminal(colourAllowed: boolean): Terminal {
  const noColour = process.env.NO_COLOR;
  const forbidden = !colourAllowed || (noColour !== undefined && noColour !== "") || process.env.TERM === "dumb";
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    live: process.stderr.isTTY === true && process.env.TERM !== "dumb",
    colour: process.stdout.isTTY === true && !forbidden,
    width: Math.max(NARROWEST, process.stdout.columns || WIDTH),
  };
}
