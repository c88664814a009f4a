/**
 * A scenario without a Scenario document: `--rollout --rps 500` and manifests say enough when there is one workload
 * behind one Service. The result is a plain document that goes through the same schema as a written one.
 */
import { type ApiObject, objectsOf } from "../model/objects.js";
import { templateOf, type Workload } from "../model/workload.js";
import { SCENARIO_API_VERSION } from "./api-version.js";
import type { Location, Report } from "./diagnostic.js";
import { isDnsSubdomain } from "./kinds/names.js";
import { findTarget, findWorkload, scaleParts } from "./quick-choice.js";

export interface QuickOptions {
  /** Target of the requests, as in `traffic[].to`; default: the Service that selects the workload. */
  readonly to?: string;
  /** Requests a second; default 100. */
  readonly rps?: number;
  /** True: roll out the only workload; text: the workload of this name (or "namespace/name"). */
  readonly rollout?: boolean | string;
  /** New image of the rollout; without it the rollout is a restart. */
  readonly image?: string;
  /** "web=3", or "3" for the only workload. */
  readonly scale?: string;
  readonly crashNode?: boolean;
  readonly deletePod?: boolean;
  readonly duration?: string;
  readonly seed?: number | string;
}

export const DEFAULT_RPS = 100;

/** A Scenario in which nothing happens, for checking manifests alone: nobody has to say whom requests are for. */
export function emptyScenario(): Record<string, unknown> {
  return { apiVersion: SCENARIO_API_VERSION, kind: "Scenario", spec: { traffic: [], churn: [] } };
}

/** Makes the Scenario document; null when something is missing or ambiguous, which is reported. */
export function quickScenario(
  options: QuickOptions,
  objects: readonly ApiObject[],
  file: string,
  report: Report,
): Record<string, unknown> | null {
  const location: Location = { file, line: 0, column: 0 };
  const workload = findWorkload(options, objects, location, report);
  if (workload === null) return null;
  const to = options.to ?? findTarget(workload, objectsOf(objects, "Service"), location, report);
  const churn = churnOf(options, workload, location, report);
  if (to === null || churn === null) return null;
  return {
    apiVersion: SCENARIO_API_VERSION,
    kind: "Scenario",
    metadata: { name: nameOf(file, workload, churn) },
    spec: {
      ...(options.seed === undefined ? {} : { seed: options.seed }),
      ...(options.duration === undefined ? {} : { duration: options.duration }),
      traffic: [{ to, rps: options.rps ?? DEFAULT_RPS }],
      churn,
    },
  };
}

type Churn = Record<string, unknown>[];

function churnOf(options: QuickOptions, workload: Workload, location: Location, report: Report): Churn | null {
  const { name, namespace } = workload.metadata;
  const target = { kind: workload.kind, name, ...(namespace === "default" ? {} : { namespace }) };
  const selector = { ...(namespace === "default" ? {} : { namespace }), matchLabels: templateOf(workload).labels };
  const churn: Churn = [];
  if (options.rollout !== undefined && options.rollout !== false) {
    churn.push({ action: "rollout", target, ...(options.image === undefined ? {} : { image: options.image }) });
  } else if (options.image !== undefined) {
    report.error(location, "", "--image needs --rollout", "");
    return null;
  }
  if (options.scale !== undefined) {
    const { replicas } = scaleParts(options.scale);
    if (!/^\d{1,6}$/.test(replicas)) {
      report.error(
        location,
        "",
        `--scale ${options.scale} gives no number of replicas`,
        `for instance --scale ${name}=3`,
      );
      return null;
    }
    churn.push({ action: "scale", target, replicas: Number(replicas) });
  }
  if (options.crashNode) churn.push({ action: "crash-node", target: { node: { mode: "one", hosting: selector } } });
  if (options.deletePod) churn.push({ action: "delete-pod", target: { pods: { mode: "one", selector } } });
  return churn;
}

/** From the file's name; standard input has none, so from what happens to what. */
function nameOf(file: string, workload: Workload, churn: Churn): string {
  const path = file.replace(/\/+$/, "");
  const base = path.slice(path.lastIndexOf("/") + 1).replace(/\.(ya?ml|json)$/i, "");
  const name = base
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
  if (!file.startsWith("<") && isDnsSubdomain(name)) return name;
  const actions = churn.map((each) => String(each.action));
  return [workload.metadata.name, ...actions].join("-");
}
