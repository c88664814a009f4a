/** `spec.churn` with targets looked up, times checked and names given. */
import { DNS_DEPLOYMENT, DNS_NAMESPACE } from "../../../dns/addon/kube-dns.js";
import { formatDuration, type Micros, SECOND } from "../../../engine/duration.js";
import { entityOf } from "../../../model/objects.js";
import type { ChurnEntry, ChurnTarget, PodSelector } from "../../../model/scenario.js";
import type { ClusterSettings } from "../../../model/settings.js";
import { entityOfReference, podSelectorOf, type WorkloadReference } from "../../../model/workload.js";
import { didYouMean } from "../../did-you-mean.js";
import type { DocumentPath } from "../../documents/path.js";
import { checkNewCorefile } from "../cluster/components/coredns.js";
import { type Resolution, unusedName } from "../resolution.js";
import type { ResolvedSection } from "../resolved-section.js";
import type { ChurnSpec } from "./schema.js";
import type { ChurnTargetSpec } from "./targets/target.js";
import { resolveTarget } from "./targets/targets.js";

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
    const target = resolveTarget(resolution, cluster, entry.target, [...path, "target"]);
    if (target === null) return [];
    checkContainer(resolution, entry, target, path);
    checkCorefileChange(resolution, cluster, entry, target, path);
    const name = entry.name ?? unusedName(defaultName(entry), names);
    return [{ name, action: entry.action, ...times, target, parameters: entry.parameters }];
  });
  return { spec: settings.map(complete), settings };
}

function complete({ every, ...entry }: ChurnEntry): ChurnSpec {
  return every === null ? entry : { ...entry, every: every.period, until: every.until, jitter: every.jitter };
}

/** "rollout-web": action and the one name in the target, if there is one. */
function defaultName({ action, target }: ChurnSpec): string {
  const name = nameIn(target);
  return name === "" ? action : `${action}-${name}`;
}

function nameIn(target: ChurnTargetSpec): string {
  if (target.kind === "workload") return target.workload.name;
  if (target.kind === "pods") return "matchLabels" in target.selector ? "" : target.selector.name;
  return target.kind === "nodes" ? target.name : "";
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

function isCoreDns({ namespace, name }: WorkloadReference): boolean {
  return namespace === DNS_NAMESPACE && name === DNS_DEPLOYMENT;
}

/** A new Corefile has to be one, and belongs to CoreDNS. */
function checkCorefileChange(
  resolution: Resolution,
  cluster: ClusterSettings,
  { action, parameters }: ChurnSpec,
  target: ChurnTarget,
  path: DocumentPath,
): void {
  if (action !== "change-corefile") return;
  if (target.kind !== "workload" || !isCoreDns(target.workload)) {
    resolution.error([...path, "target"], "only CoreDNS has a Corefile", `write change-corefile: ${DNS_DEPLOYMENT}`);
  }
  const { corefile } = parameters;
  if (typeof corefile === "string") checkNewCorefile(resolution, cluster, corefile, [...path, "corefile"]);
}

/** A parameter `container` names a container of the target. */
function checkContainer(resolution: Resolution, entry: ChurnSpec, target: ChurnTarget, path: DocumentPath): void {
  const { container } = entry.parameters;
  if (typeof container !== "string" || target.kind === "nodes" || target.kind === "upstream") return;
  const pods = target.kind === "pods" ? target.selector : workloadPods(resolution, target.workload);
  if (pods === null) return;
  const known = [...new Set(resolution.selected(pods).flatMap(({ spec }) => spec.containers.map((each) => each.name)))];
  if (known.length === 0 || known.includes(container)) return;
  const hint = didYouMean(container, known, "containers");
  resolution.error([...path, "container"], `the target has no container ${container}`, hint);
}

function workloadPods(resolution: Resolution, reference: WorkloadReference): PodSelector | null {
  const found = resolution.workloads.find((each) => entityOf(each) === entityOfReference(reference));
  return found === undefined ? null : podSelectorOf(found);
}
