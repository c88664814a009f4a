/** One case from start to end in this thread, whichever that is: simulate, write what is to be written, keep the rest. */
import { type Brief, briefOf, type Case } from "../experiment/case.js";
import type { RunRecord, RunStory } from "../model/result.js";
import { drive } from "./drive.js";
import type { Progress } from "./progress.js";
import { appendRows, writeFigures } from "./write-results.js";

/** Plain data, so that it can cross to another thread. */
export interface EndedCase {
  readonly brief: Brief;
  /** Of a first run whose rows were written; else null. */
  readonly story: RunStory | null;
}

/** `folder` gets the rows of the run, and the figures of a first one; null: nothing is written. */
export async function performCase(
  { label, scenario, run }: Case,
  folder: string | null,
  progress: Progress,
): Promise<EndedCase> {
  const record = await drive(scenario, run, label, progress);
  if (folder === null) return { brief: briefOf(record), story: null };
  await appendRows(folder, record);
  if (run > 0) return { brief: briefOf(record), story: null };
  writeFigures(folder, record);
  return { brief: briefOf(record), story: storyOf(record) };
}

function storyOf(record: RunRecord): RunStory {
  const { timeline, failures, requests, lookups, events, endpoints, pods, ruleLags, ...story } = record;
  return story;
}
