/** What a host name in `traffic[].to` means: the Service for these clients, its port, and the clients' namespace. */
import { keyOf, type Service } from "../../../model/objects.js";
import type { ClusterSettings } from "../../../model/settings.js";
import { selectsPodsOf, workloadNoun } from "../../../model/workload.js";
import { didYouMean } from "../../did-you-mean.js";
import type { DocumentPath } from "../../documents/path.js";
import { notModelledMessage } from "../../not-modelled.js";
import { isOutsideName } from "../cluster/upstream-dns.js";
import type { Resolution } from "../resolution.js";
import type { NamedService, ServiceNames } from "./service-names.js";

export interface ResolvedName {
  readonly host: string;
  readonly port: number | null;
  /** Key of the Service; null when the name does not exist for these clients (a warning was given). */
  readonly service: string | null;
  /** Namespace of the clients. */
  readonly namespace: string;
}

interface Asked {
  readonly host: string;
  readonly port: number | null;
}

/**
 * Looks a name up for clients in `namespace`; null: for clients of our own, who live where the Service is. Reports and
 * returns null when nothing could ever define the name.
 */
export function resolveName(
  resolution: Resolution,
  cluster: ClusterSettings,
  services: ServiceNames,
  asked: Asked,
  namespace: string | null,
  path: DocumentPath,
): ResolvedName | null {
  const { host } = asked;
  const named = namespace === null ? findAnywhere(resolution, services, host, path) : services.find(host, namespace);
  if (named === "ambiguous") return null;
  if (named !== null) return answered(resolution, named, asked, namespace ?? named.service.metadata.namespace, path);
  if (isOutsideName(host, cluster)) return { ...asked, service: null, namespace: namespace ?? "default" };
  // A Service of this name elsewhere is what was meant, and the clients cannot see it.
  const elsewhere = host.includes(".") || services.like(host).length > 0;
  const deployed = elsewhere ? null : serviceOfWorkload(resolution, host, namespace, path);
  if (deployed === "reported") return null;
  if (deployed !== null) {
    const { metadata } = deployed;
    const clients = namespace ?? metadata.namespace;
    const name = clients === metadata.namespace ? metadata.name : `${metadata.name}.${metadata.namespace}`;
    return answered(resolution, { service: deployed, pod: "" }, { host: name, port: asked.port }, clients, path);
  }
  return unanswered(resolution, cluster, services, asked, namespace ?? "default", path);
}

/** In "default" first, else in the only namespace where the name exists. */
function findAnywhere(
  resolution: Resolution,
  services: ServiceNames,
  host: string,
  path: DocumentPath,
): NamedService | "ambiguous" | null {
  const first = services.find(host, "default");
  if (first !== null) return first;
  const namespaces = new Set(resolution.objects("Service").map((service) => service.metadata.namespace));
  const found = [...namespaces].flatMap((namespace) => services.find(host, namespace) ?? []);
  if (found.length < 2) return found[0] ?? null;
  const places = found.map(({ service }) => service.metadata.namespace).join(", ");
  resolution.error(path, `Services called ${host} exist in several namespaces`, `write ${host}.NAMESPACE: ${places}`);
  return "ambiguous";
}

function answered(
  resolution: Resolution,
  { service, pod }: NamedService,
  { host, port }: Asked,
  namespace: string,
  path: DocumentPath,
): ResolvedName | null {
  const key = keyOf(service);
  const ports = service.spec.ports.filter((each) => each.protocol === "TCP");
  const listed = ports.map((each) => String(each.port)).join(", ");
  if (ports.length === 0) {
    resolution.error(path, `the Service ${key} has no TCP port`, notModelledMessage("traffic over UDP"));
    return null;
  }
  if (port === null && ports.length > 1) {
    resolution.error(
      path,
      `the Service ${key} has several ports`,
      `name one of ${listed} in the target (without a Scenario: --to), such as ${host}:${ports[0]?.port}`,
    );
    return null;
  }
  const headless = service.spec.clusterIP === "None";
  if (port !== null && !headless && !ports.some((each) => each.port === port)) {
    resolution.warn(path, `the Service ${key} has no port ${port}, but ${listed}`, "nothing answers there", true);
  }
  if (pod !== "" && !hasHost(resolution, service, pod)) {
    resolution.warn(path, `no pod of ${key} has the hostname ${pod} and the subdomain ${service.metadata.name}`);
  }
  return { host, port, service: key, namespace };
}

function hasHost(resolution: Resolution, { metadata }: Service, pod: string): boolean {
  return resolution.prototypes.some(
    ({ namespace, spec }) =>
      namespace === metadata.namespace && spec.hostname === pod && spec.subdomain === metadata.name,
  );
}

/** The Service in front of a workload of this name; null when there is no such workload. */
function serviceOfWorkload(
  resolution: Resolution,
  name: string,
  namespace: string | null,
  path: DocumentPath,
): Service | "reported" | null {
  const named = resolution.workloads.filter((each) => each.metadata.name === name);
  if (named.length === 0) return null;
  const inside = named.filter((each) => each.metadata.namespace === (namespace ?? "default"));
  const only = inside[0] ?? (named.length === 1 ? named[0] : undefined);
  const candidates = only === undefined ? named : [only];
  const found = resolution
    .objects("Service")
    .filter((service) => candidates.some((workload) => selectsPodsOf(service, workload)));
  if (found.length === 1) return found[0] ?? null;
  const names = found.map(keyOf).join(", ");
  const kind = candidates[0]?.kind ?? "";
  if (found.length === 0) resolution.error(path, `no Service selects the ${kind} ${name}`, "add a Service");
  else resolution.error(path, `several Services select the ${kind} ${name}`, `name one of them: ${names}`);
  return "reported";
}

/** A name that no Service answers: wrong for these clients only (a warning), or for everybody (an error). */
function unanswered(
  resolution: Resolution,
  { clusterDomain }: ClusterSettings,
  services: ServiceNames,
  { host, port }: Asked,
  namespace: string,
  path: DocumentPath,
): ResolvedName | null {
  const like = services.like(host);
  const [first] = like;
  if (first !== undefined) {
    const message = `no Service answers the name ${host} for clients in the namespace ${namespace}: every lookup fails`;
    resolution.warn(path, message, `there is ${like.map(keyOf).join(", ")}`, true);
    return { host, port, service: null, namespace };
  }
  if (host.endsWith(`.pod.${clusterDomain}`)) {
    resolution.error(path, notModelledMessage("the DNS record of a pod's address"));
    return null;
  }
  const known = resolution.objects("Service").map((service) => service.metadata.name);
  const outside = host.includes(".")
    ? "; names outside the cluster exist only when cluster.upstreamDNS lists them"
    : "";
  const label = host.split(".")[0] ?? host;
  resolution.error(
    path,
    `nothing defines the target ${host}: there is no Service or ${workloadNoun()} of this name${outside}`,
    didYouMean(label, known, "Services") || "the manifests define no Service",
  );
  return null;
}
