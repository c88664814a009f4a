/** One line on a terminal that tells how far a run is; nothing anywhere else. */
import { SECOND } from "../engine/duration.js";
import type { Terminal } from "./terminal.js";

/** Milliseconds between two pictures of the line. */
const REDRAW = 100;
const CLEAR = "\r\u001b[2K";

export interface Progress {
  /** `now` and `until` (null: not known) are simulated microseconds, `events` those dispatched so far. */
  show(label: string, now: number, until: number | null, events: number): void;
  clear(): void;
}

const SILENT: Progress = { show: () => undefined, clear: () => undefined };

export function progressLine(terminal: Terminal, quiet: boolean): Progress {
  if (!terminal.live || quiet) return SILENT;
  let label = "";
  let began = 0;
  let drawn = 0;
  let shown = false;
  return {
    show(name, now, until, events) {
      const time = performance.now();
      if (name !== label) {
        label = name;
        began = time;
      }
      if (time - drawn < REDRAW) return;
      drawn = time;
      shown = true;
      terminal.err(CLEAR + lineText(label, now, until, events, (time - began) / 1_000));
    },
    clear() {
      if (shown) terminal.err(CLEAR);
      shown = false;
    },
  };
}

/** "simulating: 12.3 s of 60.0 s (20 %), 310,000 events/s, 4 s left". */
export function lineText(label: string, now: number, until: number | null, events: number, wall: number): string {
  const simulated = (Math.max(0, now) / SECOND).toFixed(1);
  const rate =
    wall > 0
      ? `, ${Math.round(events / wall)
          .toString()
          .replace(/\B(?=(\d{3})+$)/g, ",")} events/s`
      : "";
  if (until === null || until <= 0) return `${label}: ${simulated} s simulated${rate}`;
  const share = Math.min(1, Math.max(0, now / until));
  const left = share > 0.01 && wall > 0 ? `, ${Math.ceil((wall * (1 - share)) / share)} s left` : "";
  return `${label}: ${simulated} s of ${(until / SECOND).toFixed(1)} s (${Math.floor(share * 100)} %)${rate}${left}`;
}
