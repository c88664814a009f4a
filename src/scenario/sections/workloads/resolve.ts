/** `spec.workloads` to complete settings: entry, then the entry without a selector, then the assumptions. */
import type { Micros } from "../../../engine/duration.js";
import type { ApiObject } from "../../../model/objects.js";
import type { WorkloadEntry } from "../../../model/scenario.js";
import type { SigtermBehaviour, WorkloadSettings } from "../../../model/settings.js";
import { referenceTo } from "../../../model/workload.js";
import { ASSUMED } from "../../assumptions.js";
import type { Resolution } from "../resolution.js";
import type { ResolvedSection } from "../resolved-section.js";
import { withStatedHooks } from "./pre-stop.js";
import { behaviourSchema, type WorkloadSpec } from "./schema.js";

interface Workloads {
  /** Those of the manifests, with the hooks that the entries state. */
  readonly objects: readonly ApiObject[];
  readonly workloads: readonly WorkloadEntry[];
  readonly defaultWorkload: WorkloadSettings;
}

const ASSUMED_HERE = "workloads[].";

/** The assumptions about programs, read as an entry that says them. */
function assumedWorkload(): WorkloadSettings {
  const rows = ASSUMED.filter(({ path }) => path.startsWith(ASSUMED_HERE));
  const entry = Object.fromEntries(rows.map(({ path, value }) => [path.slice(ASSUMED_HERE.length), value]));
  return behaviourSchema.parse(entry) as WorkloadSettings;
}

export function resolveWorkloads(
  resolution: Resolution,
  entries: readonly WorkloadSpec[],
  given: readonly ApiObject[],
): ResolvedSection<readonly WorkloadSpec[], Workloads> {
  let defaultWorkload = assumedWorkload();
  const defaults = entries.flatMap((entry, index) => (entry.selector === undefined ? [index] : []));
  for (const index of defaults.slice(1)) {
    resolution.error(["workloads", index], "a second entry without a selector", "only one can be about all other pods");
  }
  const first = defaults[0];
  if (first !== undefined) {
    defaultWorkload = merge(entries[first] ?? {}, defaultWorkload);
    if (Object.keys(entries[first]?.images ?? {}).length > 0) {
      resolution.error(["workloads", first, "images"], "images need a selector", "add the selector of their workload");
    }
  }
  const preStop = entries[first ?? -1]?.preStop;
  const found = entries.flatMap((entry, index): EntryWithHook[] => {
    const resolved = resolveEntry(resolution, entry, index, defaultWorkload);
    return resolved === null ? [] : [{ ...resolved, preStop: entry.preStop ?? preStop }];
  });
  const workloads = found.map(({ preStop: _, ...entry }) => entry);
  const objects = withStatedHooks(resolution, given, found, preStop);
  const spec = [{ ...defaultWorkload, ...optional(preStop), images: {} }, ...found.map(complete)];
  return { spec, settings: { objects, workloads, defaultWorkload } };
}

interface EntryWithHook extends WorkloadEntry {
  readonly preStop: Micros | undefined;
}

function complete({ workload, selector, settings, preStop, images }: EntryWithHook): WorkloadSpec {
  return { selector: workload ?? selector ?? undefined, ...settings, ...optional(preStop), images: { ...images } };
}

function optional(preStop: Micros | undefined): { readonly preStop?: Micros } {
  return preStop === undefined ? {} : { preStop };
}

/** Completed entries with another behaviour at SIGTERM in all of them. */
export function entriesWithSigterm(entries: readonly WorkloadSpec[], onSigterm: SigtermBehaviour): WorkloadSpec[] {
  return entries.map((entry) => ({
    ...entry,
    onSigterm,
    images: Object.fromEntries(Object.entries(entry.images).map(([image, each]) => [image, { ...each, onSigterm }])),
  }));
}

function resolveEntry(
  resolution: Resolution,
  entry: WorkloadSpec,
  index: number,
  otherwise: WorkloadSettings,
): WorkloadEntry | null {
  const reference = entry.selector;
  if (reference === undefined) return null;
  const path = ["workloads", index, "selector"];
  const settings = merge(entry, otherwise);
  const images = Object.fromEntries(Object.entries(entry.images).map(([name, each]) => [name, merge(each, settings)]));
  if (!("matchLabels" in reference)) {
    const found = resolution.workload(reference, path);
    if (found !== null && entry.preStop !== undefined && !resolution.workloads.includes(found)) {
      const hint = "what CoreDNS does when it ends stands in its Corefile: health { lameduck … }";
      resolution.error(["workloads", index, "preStop"], `${found.metadata.name} has no preStop hook`, hint);
    }
    return found === null ? null : { workload: referenceTo(found), selector: null, settings, images };
  }
  const selector = { namespace: reference.namespace, matchLabels: { ...reference.matchLabels } };
  if (resolution.selected(selector).length === 0) {
    resolution.warn(path, `no pod of the namespace ${selector.namespace} has these labels`, "the entry has no effect");
  }
  return { workload: null, selector, settings, images };
}

type Given = { readonly [K in keyof WorkloadSettings]?: WorkloadSettings[K] | undefined };

/** Every setting that `otherwise` has. */
function merge(given: Given, otherwise: WorkloadSettings): WorkloadSettings {
  const names = Object.keys(otherwise) as (keyof WorkloadSettings)[];
  const chosen = names.map((name) => [name, given[name] ?? otherwise[name]]);
  return Object.fromEntries(chosen) as WorkloadSettings;
}
