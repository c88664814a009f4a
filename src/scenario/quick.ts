/**
 * A scenario without a Scenario document: `--rollout --rps 500` and manifests say enough when there is one workload
 * behind one Service. The result is a plain document that goes through the same schema as a written one.
 */
import { matchesLabels } from "../model/labels.js";
import type { Deployment, Service } from "../model/objects.js";
import type { Location, Report } from "./diagnostic.js";
import { nearest } from "./did-you-mean.js";
import { isDnsSubdomain } from "./kinds/names.js";
import type { ManifestObjects } from "./manifests/manifests.js";
import { SCENARIO_API_VERSION } from "./schema.js";

export interface QuickOptions {
  /** Target of the requests, as in `traffic[].to`; default: the Service that selects the Deployment. */
  readonly to?: string;
  /** Requests a second; default 100. */
  readonly rps?: number;
  /** True: roll out the only Deployment; text: the Deployment of this name (or "namespace/name"). */
  readonly rollout?: boolean | string;
  /** New image of the rollout; without it the rollout is a restart. */
  readonly image?: string;
  /** "web=3", or "3" for the only Deployment. */
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
  objects: ManifestObjects,
  file: string,
  report: Report,
): Record<string, unknown> | null {
  const location: Location = { file, line: 0, column: 0 };
  const deployment = findDeployment(options, objects, location, report);
  if (deployment === null) return null;
  const to = options.to ?? findTarget(deployment, objects.services, location, report);
  const churn = churnOf(options, deployment, location, report);
  if (to === null || churn === null) return null;
  return {
    apiVersion: SCENARIO_API_VERSION,
    kind: "Scenario",
    metadata: { name: nameOf(file, deployment, churn) },
    spec: {
      ...(options.seed === undefined ? {} : { seed: options.seed }),
      ...(options.duration === undefined ? {} : { duration: options.duration }),
      traffic: [{ to, rps: options.rps ?? DEFAULT_RPS }],
      churn,
    },
  };
}

/** The Deployment that an option names, or the only one; with `to`, the one behind that Service. */
function findDeployment(
  options: QuickOptions,
  objects: ManifestObjects,
  location: Location,
  report: Report,
): Deployment | null {
  const { deployments } = objects;
  const named = typeof options.rollout === "string" ? options.rollout : scaleParts(options.scale).name;
  if (deployments.length === 0) {
    report.error(location, "", "the manifests define no Deployment", "name a file that does, or write a Scenario");
    return null;
  }
  if (named !== "") {
    const found = deployments.filter((each) => [each.metadata.name, fullName(each)].includes(named));
    if (found.length === 1) return found[0] ?? null;
    const near = nearest(
      named,
      deployments.map((each) => each.metadata.name),
    );
    const hint = found.length > 1 || near === null ? candidates(deployments) : `did you mean ${near}?`;
    report.error(location, "", `${found.length === 0 ? "no" : "more than one"} Deployment is named ${named}`, hint);
    return null;
  }
  const behind = options.to === undefined ? deployments : behindTarget(options.to, objects);
  const choice = behind.length === 0 ? deployments : behind;
  if (choice.length === 1) return choice[0] ?? null;
  const message = "there is more than one Deployment: which one is meant?";
  report.error(location, "", message, `${candidates(choice)}; say --rollout NAME, --scale NAME=N or --to SERVICE`);
  return null;
}

function behindTarget(to: string, objects: ManifestObjects): readonly Deployment[] {
  const host = to.replace(/^[a-z]+:\/\//, "").replace(/[:/].*$/, "");
  const [name, namespace] = host.split(".");
  const services = objects.services.filter(
    ({ metadata }) => metadata.name === name && (namespace === undefined || metadata.namespace === namespace),
  );
  return objects.deployments.filter((each) => services.some((service) => selects(service, each)));
}

/** The Service in front of the Deployment, as a client in the namespace `default` would call it. */
function findTarget(
  deployment: Deployment,
  services: readonly Service[],
  location: Location,
  report: Report,
): string | null {
  const found = services.filter((service) => selects(service, deployment));
  const [service] = found;
  if (found.length === 1 && service !== undefined) {
    const { name, namespace } = service.metadata;
    return namespace === "default" ? name : `${name}.${namespace}`;
  }
  if (found.length === 0) {
    const hint = services.length === 0 ? "the manifests define no Service" : `${candidates(services)}; say --to`;
    report.error(location, "", `no Service selects the Deployment ${fullName(deployment)}`, hint);
  } else {
    const message = `more than one Service selects the Deployment ${fullName(deployment)}`;
    report.error(location, "", message, `${candidates(found)}; choose one with --to`);
  }
  return null;
}

function selects({ metadata, spec }: Service, deployment: Deployment): boolean {
  if (spec.selector === null || metadata.namespace !== deployment.metadata.namespace) return false;
  return matchesLabels(spec.selector, deployment.spec.template.labels);
}

type Churn = Record<string, unknown>[];

function churnOf(options: QuickOptions, deployment: Deployment, location: Location, report: Report): Churn | null {
  const { name, namespace } = deployment.metadata;
  const target = { kind: "Deployment", name, ...(namespace === "default" ? {} : { namespace }) };
  const selector = { ...(namespace === "default" ? {} : { namespace }), matchLabels: deployment.spec.template.labels };
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
function nameOf(file: string, deployment: Deployment, churn: Churn): string {
  const base = file.slice(file.lastIndexOf("/") + 1).replace(/\.(ya?ml|json)$/i, "");
  const name = base
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
  if (!file.startsWith("<") && isDnsSubdomain(name)) return name;
  const actions = churn.map((each) => String(each.action));
  return [deployment.metadata.name, ...actions].join("-");
}

function fullName({ metadata }: Deployment | Service): string {
  return `${metadata.namespace}/${metadata.name}`;
}

function candidates(objects: readonly (Deployment | Service)[]): string {
  const shown = objects.slice(0, 8).map(fullName);
  return `candidates: ${shown.join(", ")}${objects.length > shown.length ? ", …" : ""}`;
}
