/** One line on a terminal that tells how far a run is; nothing anywhere else. */
import { SECOND } from "../engine/duration.js";
import { groupedCount } from "../report/figure-text.js";
import type { Terminal } from "./terminal.js";

/** Milliseconds between two pictures of the line. */
export const REDRAW = 100;
const CLEAR = "\r\u001b[2K";

export interface Progress {
  /** `now` and `until` (null: not known) are simulated microseconds, `events` those dispatched so far. */
  show(label: string, now: number, until: number | null, events: number): void;
  /** Of several runs at once: how many of `total` have ended, the share of all work that is done, events of all. */
  showMany(done: number, total: number, share: number, events: number): void;
  clear(): void;
}

const SILENT: Progress = { show: () => undefined, showMany: () => undefined, clear: () => undefined };

export function progressLine(terminal: Terminal, quiet: boolean): Progress {
  if (!terminal.live || quiet) return SILENT;
  let label = "";
  let began = 0;
  let drawn = 0;
  let shown = false;
  const draw = (name: string, text: (wall: number) => string): void => {
    const time = performance.now();
    if (name !== label) {
      label = name;
      began = time;
    }
    if (time - drawn < REDRAW) return;
    drawn = time;
    shown = true;
    terminal.err(CLEAR + text((time - began) / 1_000));
  };
  return {
    show: (name, now, until, events) => draw(name, (wall) => lineText(name, now, until, events, wall)),
    showMany: (done, total, share, events) => draw("", (wall) => manyText(done, total, share, events, wall)),
    clear() {
      if (shown) terminal.err(CLEAR);
      shown = false;
    },
  };
}

/** "simulating: 12.3 s of 60.0 s (20 %), 310,000 events/s, 4 s left". */
export function lineText(label: string, now: number, until: number | null, events: number, wall: number): string {
  const simulated = (Math.max(0, now) / SECOND).toFixed(1);
  const rate = rateText(events, wall);
  if (until === null || until <= 0) return `${label}: ${simulated} s simulated${rate}`;
  const share = Math.min(1, Math.max(0, now / until));
  const left = leftText(share, wall);
  return `${label}: ${simulated} s of ${(until / SECOND).toFixed(1)} s (${Math.floor(share * 100)} %)${rate}${left}`;
}

/** "7 of 24 runs (31 %), 1,310,000 events/s, 14 s left". */
export function manyText(done: number, total: number, share: number, events: number, wall: number): string {
  return `${done} of ${total} runs (${Math.floor(share * 100)} %)${rateText(events, wall)}${leftText(share, wall)}`;
}

function rateText(events: number, wall: number): string {
  return wall > 0 ? `, ${groupedCount(Math.round(events / wall))} events/s` : "";
}

function leftText(share: number, wall: number): string {
  return share > 0.01 && wall > 0 ? `, ${Math.ceil((wall * (1 - share)) / share)} s left` : "";
}
