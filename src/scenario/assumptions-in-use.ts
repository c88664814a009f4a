/** The table of assumptions against a scenario: which value each row has in this run, and whether the user chose it. */
import { entityOf } from "../model/objects.js";
import type { AssumptionInUse, Scenario } from "../model/scenario.js";
import { entityOfReference, workloadsOf } from "../model/workload.js";
import { ASSUMED, type Assumption, FIXED } from "./assumptions.js";
import { type DistributionText, describeDistribution } from "./distribution-schema.js";
import { encodeSpec } from "./encode-spec.js";
import type { ScenarioSpec } from "./schema.js";

/**
 * All rows, in the order of the table. A row is a default when some entry that it concerns has the table's value,
 * whether it was left out or written down: a scenario with all defaults written out rests on the same assumptions.
 */
export function assumptionsInUse(
  scenario: Scenario,
  completed: ScenarioSpec,
  given: ScenarioSpec,
): readonly AssumptionInUse[] {
  const workloads = usesDefaultWorkload(scenario) ? completed.workloads : completed.workloads.slice(1);
  const spec = encodeSpec({ ...completed, workloads });
  const indices: Indices = { workloads: workloadIndex(scenario, given), traffic: 0 };
  const rows = [
    ...ASSUMED.map((row) => {
      const decided = scenario.cluster.coreDns.options === null && IN_COREFILE.includes(row.path);
      return decided ? inCorefile(row) : inUse(row, valuesAt(spec, row.path.split(".")));
    }),
    ...FIXED.map((row) => inUse(row, [])),
  ];
  return rows.map((row) => ({ ...row, set: withIndices(row.path, indices) }));
}

type RowInUse = Omit<AssumptionInUse, "set">;
type Indices = Readonly<Record<string, number>>;

/** "traffic[].client" as "traffic[0].client". */
function withIndices(path: string, indices: Indices): string {
  return path.replace(/([A-Za-z]+)\[\]/g, (_, list: string) => `${list}[${indices[list] ?? 0}]`);
}

/** Of the entry about all pods that have none of their own, written or yet to be written; of the first, when all have one. */
function workloadIndex(scenario: Scenario, { workloads }: ScenarioSpec): number {
  if (!usesDefaultWorkload(scenario)) return workloads.findIndex(({ selector }) => selector !== undefined);
  const written = workloads.findIndex(({ selector }) => selector === undefined);
  return written < 0 ? workloads.length : written;
}

/** What the Corefile says when the user gives one. */
const IN_COREFILE: readonly string[] = ["ttl", "cache", "lameduck"].map((name) => `cluster.components.coredns.${name}`);

function inCorefile({ path, what, status }: Assumption): RowInUse {
  return { path, what, value: "as in the Corefile", status, isDefault: false };
}

/** Some pod is matched by no entry of its own. */
function usesDefaultWorkload({ workloads, objects }: Scenario): boolean {
  if (workloads.length === 0 || objects.some(({ kind }) => kind === "Pod")) return true;
  if (workloads.some((entry) => entry.selector !== null)) return true;
  const named = new Set(workloads.map(({ workload }) => (workload === null ? "" : entityOfReference(workload))));
  return workloadsOf(objects).some((workload) => !named.has(entityOf(workload)));
}

function inUse({ path, what, value, unit, status }: Assumption, used: readonly unknown[]): RowInUse {
  const standard = textOf(value, unit);
  const texts = [...new Set(used.map((each) => textOf(each, unit)))];
  if (texts.length === 0) return { path, what, value: standard, status, isDefault: true };
  return { path, what, value: texts.join(" or "), status, isDefault: texts.includes(standard) };
}

/** Values at a path of the document; a step that ends in `[]` goes through every entry of a list. */
function valuesAt(value: unknown, steps: readonly string[]): readonly unknown[] {
  const [step, ...rest] = steps;
  if (step === undefined) return value === undefined ? [] : [value];
  if (typeof value !== "object" || value === null) return [];
  const list = step.endsWith("[]");
  const inner = (value as Readonly<Record<string, unknown>>)[list ? step.slice(0, -2) : step];
  return list && Array.isArray(inner) ? inner.flatMap((each) => valuesAt(each, rest)) : valuesAt(inner, rest);
}

function textOf(value: unknown, unit: string): string {
  if (typeof value === "object" && value !== null) return describeDistribution(value as DistributionText);
  return unit === "" ? String(value) : `${String(value)} ${unit}`;
}
