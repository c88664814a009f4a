/** `spec.churn` with targets looked up, times checked and names given. */
import { actionNamed } from "../../../churn/actions.js";
import { formatDuration, type Micros, SECOND } from "../../../engine/duration.js";
import type { ChurnEntry } from "../../../model/scenario.js";
import type { ClusterSettings } from "../../../model/settings.js";
import type { DocumentPath } from "../../documents/path.js";
import { type Resolution, unusedName } from "../resolution.js";
import type { ResolvedSection } from "../resolved-section.js";
import { ChurnLookup } from "./lookup.js";
import type { ChurnSpec } from "./schema.js";

const DEFAULT_AT: Micros = 10 * SECOND;

export function resolveChurn(
  resolution: Resolution,
  entries: readonly ChurnSpec[],
  cluster: ClusterSettings,
): ResolvedSection<readonly ChurnSpec[], readonly ChurnEntry[]> {
  const names = new Set<string>();
  for (const [index, { name }] of entries.entries()) {
    if (name === undefined) continue;
    if (names.has(name)) resolution.error(["churn", index, "name"], `there are two churn entries called ${name}`);
    names.add(name);
  }
  const settings = entries.flatMap((entry, index): ChurnEntry[] => {
    const path = ["churn", index];
    const times = resolveTimes(resolution, entry, path);
    const action = actionNamed(entry.action);
    const lookup = new ChurnLookup(resolution, cluster, path);
    const target = action.target.resolve(entry.target, lookup);
    if (target === null) return [];
    action.check?.(target, entry.parameters as never, lookup.checking(action.target.podsOf?.(target, lookup) ?? null));
    const named = action.target.nameIn(entry.target);
    const name = entry.name ?? unusedName(named === "" ? entry.action : `${entry.action}-${named}`, names);
    return [{ name, action: entry.action, ...times, target, parameters: entry.parameters }];
  });
  return { spec: settings.map(complete), settings };
}

function complete({ every, ...entry }: ChurnEntry): ChurnSpec {
  return every === null ? entry : { ...entry, every: every.period, until: every.until, jitter: every.jitter };
}

function resolveTimes(
  resolution: Resolution,
  { at, from, every, until, jitter }: ChurnSpec,
  path: DocumentPath,
): Pick<ChurnEntry, "at" | "every"> {
  const start = from ?? at ?? DEFAULT_AT;
  const { duration } = resolution;
  if (at !== undefined && from !== undefined)
    resolution.error([...path, "from"], "at and from say the same", "keep one");
  if (duration !== null && start >= duration) {
    const field = [...path, from === undefined ? "at" : "from"];
    const message = `happens at ${formatDuration(start)}, when requests have ended (duration ${formatDuration(duration)})`;
    resolution.warn(field, message, "make the duration longer");
  }
  if (every === undefined) {
    for (const [key, value] of Object.entries({ from, until, jitter })) {
      if (value !== undefined) resolution.error([...path, key], `${key} belongs to a repetition`, "add every");
    }
    return { at: start, every: null };
  }
  if (every === 0) resolution.error([...path, "every"], "must be above 0");
  const end = until ?? duration;
  if (end === null) {
    resolution.error(path, "a repetition has to end", "add until, or a duration to the scenario");
  } else if (end <= start) {
    const message = `ends at ${formatDuration(end)}, before it starts at ${formatDuration(start)}: it never happens`;
    resolution.error([...path, until === undefined ? "every" : "until"], message);
  }
  if (jitter !== undefined && jitter > every) resolution.error([...path, "jitter"], "must be at most every");
  return { at: start, every: { period: every, until: end ?? start, jitter: jitter ?? 0 } };
}
