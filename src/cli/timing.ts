/** What a run cost: never part of its results, which are the same on every machine. */
import { writeFileSync } from "node:fs";
import { SECOND } from "../engine/duration.js";
import type { Brief } from "../experiment/case.js";
import { groupedCount } from "../report/figure-text.js";
import { CommandError } from "./exit.js";
import { reason } from "./results-folder.js";

export interface Timing {
  readonly wall_s: number;
  /** Events of all runs, variants among them. */
  readonly events: number;
  readonly events_per_s: number;
  readonly simulated_s: number;
  /** Largest resident set of the process so far. */
  readonly peak_memory_bytes: number;
}

/** `briefs` are the runs that were made in `wall` milliseconds, each once. */
export function timingOf(wall: number, briefs: Iterable<Brief>): Timing {
  let events = 0;
  let simulated = 0;
  for (const brief of briefs) {
    events += brief.dispatchedEvents;
    simulated += brief.endedAt;
  }
  return {
    wall_s: Math.round(wall) / 1_000,
    events,
    events_per_s: wall > 0 ? Math.round((events * 1_000) / wall) : 0,
    simulated_s: simulated / SECOND,
    peak_memory_bytes: process.resourceUsage().maxRSS * 1_024,
  };
}

export function timingLine(timing: Timing): string {
  const memory = Math.round(timing.peak_memory_bytes / 1_048_576);
  return (
    `simulated ${timing.simulated_s.toFixed(1)} s in ${timing.wall_s.toFixed(1)} s: ` +
    `${groupedCount(timing.events)} events, ${groupedCount(timing.events_per_s)} events/s, ${memory} MiB\n`
  );
}

export function writeTiming(path: string, timing: Timing): void {
  try {
    writeFileSync(path, `${JSON.stringify(timing, null, 2)}\n`);
  } catch (error) {
    throw new CommandError(`cannot write to ${path}: ${reason(error)}`);
  }
}
