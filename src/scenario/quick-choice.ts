/**
 * Whom the options without a Scenario mean: the one workload that has a Service, and its Service and port. Where several are
 * possible and one stands out, it is taken and the others are named; else the user is asked.
 */
import { type ApiObject, objectsOf, type Service } from "../model/objects.js";
import { NAMED_WORKLOADS, selectsPodsOf, type Workload, workloadNoun, workloadsOf } from "../model/workload.js";
import type { Location, Report } from "./diagnostic.js";
import { nearest } from "./did-you-mean.js";

/** The options that name somebody, see QuickOptions. */
export interface NamingOptions {
  readonly to?: string;
  readonly rollout?: boolean | string;
  readonly scale?: string;
}

/** The workload that an option names, or the only one; with `to`, the one behind that Service. */
export function findWorkload(
  options: NamingOptions,
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
  const behind = options.to === undefined ? withService(workloads, objects) : behindTarget(options.to, objects);
  const choice = behind.length === 0 ? workloads : behind;
  if (choice.length === 1) return choice[0] ?? null;
  const message = `there is more than one ${workloadNoun()}: which one is meant?`;
  report.error(location, "", message, `${candidates(choice)}; say --rollout NAME, --scale NAME=N or --to SERVICE`);
  return null;
}

/** Nobody calls the others. */
function withService(workloads: readonly Workload[], objects: readonly ApiObject[]): readonly Workload[] {
  const services = objectsOf(objects, "Service");
  return workloads.filter((each) => services.some((service) => selectsPodsOf(service, each)));
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
export function findTarget(
  workload: Workload,
  services: readonly Service[],
  location: Location,
  report: Report,
): string | null {
  const found = services.filter((service) => selectsPodsOf(service, workload));
  const service = outstanding(found, workload);
  if (found.length === 0) {
    const hint = services.length === 0 ? "the manifests define no Service" : `${candidates(services)}; say --to`;
    report.error(location, "", `no Service selects the ${workload.kind} ${fullName(workload)}`, hint);
  }
  if (found.length > 1 && service === null) {
    const message = `more than one Service selects the ${workload.kind} ${fullName(workload)}`;
    report.error(location, "", message, `${candidates(found)}; choose one with --to`);
  }
  if (service === null) return null;
  const { name, namespace } = service.metadata;
  const host = namespace === "default" ? name : `${name}.${namespace}`;
  const port = portOf(service);
  const others = [
    ...found.filter((each) => each !== service).map((each) => `the Service ${fullName(each)}`),
    ...tcpPorts(service).flatMap((each) => (each.port === port ? [] : [`port ${each.port}`])),
  ];
  const target = tcpPorts(service).length > 1 ? `${host}:${port}` : host;
  if (others.length > 0) {
    const message = `requests go to ${target}, none to ${others.slice(0, 8).join(", ")}`;
    report.warn(location, "", message, "choose another one with --to");
  }
  return target;
}

/** The only one, or the one that bears the workload's name, or the only one with an address of its own. */
function outstanding(found: readonly Service[], { metadata }: Workload): Service | null {
  const named = found.filter((each) => each.metadata.name === metadata.name);
  const addressed = found.filter(({ spec }) => spec.clusterIP !== "None");
  const [service] = [found, named, addressed].find((each) => each.length === 1) ?? [];
  return service ?? null;
}

const WEB_PORTS: readonly number[] = [80, 8080];

function tcpPorts({ spec }: Service): Service["spec"]["ports"] {
  return spec.ports.filter(({ protocol }) => protocol === "TCP");
}

/** Of several ports the one that speaks HTTP by its name or number, else the first. */
function portOf(service: Service): number | undefined {
  const ports = tcpPorts(service);
  const web =
    ports.find(({ name }) => /^(http|web)\b/.test(name)) ?? ports.find(({ port }) => WEB_PORTS.includes(port));
  return (web ?? ports[0])?.port;
}

/** "web=3" or "3". */
export function scaleParts(scale: string | undefined): { name: string; replicas: string } {
  const text = scale ?? "";
  const equals = text.lastIndexOf("=");
  return { name: text.slice(0, Math.max(equals, 0)), replicas: text.slice(equals + 1) };
}

function fullName({ metadata }: Workload | Service): string {
  return `${metadata.namespace}/${metadata.name}`;
}

function candidates(objects: readonly (Workload | Service)[]): string {
  const shown = objects.slice(0, 8).map(fullName);
  return `candidates: ${shown.join(", ")}${objects.length > shown.length ? ", …" : ""}`;
}
