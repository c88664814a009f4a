/**
 * A scenario without a Scenario document: `--rollout --rps 500` and manifests say enough when there is one workload
 * behind one Service. The result is a plain document that goes through the same schema as a written one.
 */
import { type ApiObject, objectsOf, type Service } from "../model/objects.js";
import {
  NAMED_WORKLOADS,
  selectsPodsOf,
  templateOf,
  type Workload,
  workloadNoun,
  workloadsOf,
} from "../model/workload.js";
import { SCENARIO_API_VERSION } from "./api-version.js";
import type { Location, Report } from "./diagnostic.js";
import { nearest } from "./did-you-mean.js";
import { isDnsSubdomain } from "./kinds/names.js";

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

/** The workload that an option names, or the only one; with `to`, the one behind that Service. */
function findWorkload(
  options: QuickOptions,
  objects: readonly ApiObject[],
  location: Location,
  report: Report,
): Workload | null {
  const workloads = workloadsOf(objects, NAMED_WORKLOADS);
  const named = typeof options.rollout === "string" ? options.rollout : scaleParts(options.scale).name;
  if (workloads.length === 0) {
    report.error(
      location,
      "",
      `the manifests define no ${workloadNoun()}`,
      "name a file that does, or write a Scenario",
    );
    return null;
  }
  if (named !== "") {
    const found = workloads.filter((each) => [each.metadata.name, fullName(each)].includes(named));
    if (found.length === 1) return found[0] ?? null;
    const near = nearest(
      named,
      workloads.map((each) => each.metadata.name),
    );
    const hint = found.length > 1 || near === null ? candidates(workloads) : `did you mean ${near}?`;
    report.error(
      location,
      "",
      `${found.length === 0 ? "no" : "more than one"} ${workloadNoun()} is named ${named}`,
      hint,
    );
    return null;
  }
  const behind = options.to === undefined ? workloads : behindTarget(options.to, objects);
  const choice = behind.length === 0 ? workloads : behind;
  if (choice.length === 1) return choice[0] ?? null;
  const message = `there is more than one ${workloadNoun()}: which one is meant?`;
  report.error(location, "", message, `${candidates(choice)}; say --rollout NAME, --scale NAME=N or --to SERVICE`);
  return null;
}

function behindTarget(to: string, objects: readonly ApiObject[]): readonly Workload[] {
  const host = to.replace(/^[a-z]+:\/\//, "").replace(/[:/].*$/, "");
  const [name, namespace] = host.split(".");
  const services = objectsOf(objects, "Service").filter(
    ({ metadata }) => metadata.name === name && (namespace === undefined || metadata.namespace === namespace),
  );
  return workloadsOf(objects, NAMED_WORKLOADS).filter((each) =>
    services.some((service) => selectsPodsOf(service, each)),
  );
}

/** The Service in front of the workload, as a client in the namespace `default` would call it. */
function findTarget(
  workload: Workload,
  services: readonly Service[],
  location: Location,
  report: Report,
): string | null {
  const found = services.filter((service) => selectsPodsOf(service, workload));
  const [service] = found;
  if (found.length === 1 && service !== undefined) {
    const { name, namespace } = service.metadata;
    return namespace === "default" ? name : `${name}.${namespace}`;
  }
  if (found.length === 0) {
    const hint = services.length === 0 ? "the manifests define no Service" : `${candidates(services)}; say --to`;
    report.error(location, "", `no Service selects the ${workload.kind} ${fullName(workload)}`, hint);
  } else {
    const message = `more than one Service selects the ${workload.kind} ${fullName(workload)}`;
    report.error(location, "", message, `${candidates(found)}; choose one with --to`);
  }
  return null;
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

/** "web=3" or "3". */
function scaleParts(scale: string | undefined): { name: string; replicas: string } {
  const text = scale ?? "";
  const equals = text.lastIndexOf("=");
  return { name: text.slice(0, Math.max(equals, 0)), replicas: text.slice(equals + 1) };
}

/** From the file's name; standard input has none, so from what happens to what. */
function nameOf(file: string, workload: Workload, churn: Churn): string {
  const base = file.slice(file.lastIndexOf("/") + 1).replace(/\.(ya?ml|json)$/i, "");
  const name = base
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
  if (!file.startsWith("<") && isDnsSubdomain(name)) return name;
  const actions = churn.map((each) => String(each.action));
  return [workload.metadata.name, ...actions].join("-");
}

function fullName({ metadata }: Workload | Service): string {
  return `${metadata.namespace}/${metadata.name}`;
}

function candidates(objects: readonly (Workload | Service)[]): string {
  const shown = objects.slice(0, 8).map(fullName);
  return `candidates: ${shown.join(", ")}${objects.length > shown.length ? ", …" : ""}`;
}
