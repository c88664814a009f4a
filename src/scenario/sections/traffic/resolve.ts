/** `spec.traffic` with every target and source looked up. */
import { SECOND } from "../../../engine/duration.js";
import type { TrafficEntry } from "../../../model/scenario.js";
import type { ClusterSettings } from "../../../model/settings.js";
import type { DocumentPath } from "../../documents/path.js";
import { type Resolution, unusedName } from "../resolution.js";
import type { ResolvedSection } from "../resolved-section.js";
import { resolveClient } from "./client.js";
import type { TrafficSpec } from "./schema.js";
import { resolveSource, writeSource } from "./source.js";
import { resolveTarget, writeTarget } from "./target.js";

/** Above one arrival a microsecond, time has no room between requests. */
const MOST_RPS = 1_000_000;

export function resolveTraffic(
  resolution: Resolution,
  given: readonly TrafficSpec[],
  cluster: ClusterSettings,
  mostEvents: number,
): ResolvedSection<readonly TrafficSpec[], readonly TrafficEntry[]> {
  const names = new Set<string>();
  for (const [index, { name }] of given.entries()) {
    if (name === undefined) continue;
    if (names.has(name)) resolution.error(["traffic", index, "name"], `there are two entries called ${name}`);
    names.add(name);
  }
  const entries = given.flatMap((entry, index) => {
    const path = ["traffic", index];
    const rate = resolveRate(resolution, entry, mostEvents, path);
    return resolveEntry(resolution, cluster, { ...entry, rate }, path, names) ?? [];
  });
  return { spec: entries.map(({ spec }) => spec), settings: entries.map(({ settings }) => settings) };
}

function resolveEntry(
  resolution: Resolution,
  cluster: ClusterSettings,
  entry: TrafficSpec & { readonly rate: number },
  path: DocumentPath,
  names: Set<string>,
): ResolvedSection<TrafficSpec, TrafficEntry> | null {
  const source = resolveSource(resolution, entry.from, [...path, "from"]);
  if (source === null) return null;
  const found = resolveTarget(resolution, cluster, entry.to, source, [...path, "to"]);
  if (found === null) return null;
  const { from, to } = found;
  const client = resolveClient(resolution, entry.client, [...path, "client"]);
  const name = entry.name ?? unusedName(to.kind === "pod-of" ? to.workload.name : to.text, names);
  const { rate, arrival, executor } = entry;
  return {
    spec: { name, from: writeSource(from), to: writeTarget(to), rps: rate, executor, arrival, client: client.spec },
    settings: { name, from, to, rate, arrival, client: client.settings },
  };
}

/** Requests a second. */
function resolveRate(
  resolution: Resolution,
  { rps, rate, timeUnit }: TrafficSpec,
  mostEvents: number,
  path: DocumentPath,
): number {
  if (rps !== undefined && rate !== undefined)
    resolution.error([...path, "rate"], "rps and rate say the same", "keep one");
  if (rps === undefined && rate === undefined) resolution.error(path, "how many requests?", "add rps: 100");
  if (rate === undefined && timeUnit !== undefined) {
    resolution.error([...path, "timeUnit"], "timeUnit belongs to rate", "write rate instead of rps");
  }
  if (timeUnit === 0) resolution.error([...path, "timeUnit"], "must be above 0");
  const field = [...path, rps === undefined ? "rate" : "rps"];
  const perSecond = rps ?? ((rate ?? 0) * SECOND) / (timeUnit || SECOND);
  if (perSecond === 0 && (rps ?? rate) === 0) resolution.warn(field, "the rate is 0: no request will be sent");
  if (perSecond > MOST_RPS) resolution.error(field, `more than ${MOST_RPS} requests a second cannot be simulated`);
  const seconds = (resolution.duration ?? 0) / SECOND;
  if (perSecond <= MOST_RPS && perSecond * seconds > mostEvents) {
    const message = `${perSecond * seconds} requests are more than the limit of ${mostEvents} events`;
    resolution.error(field, message, "lower the rate or the duration, or raise limits.events");
  }
  return perSecond;
}
