/** Reads the directive `kubernetes` (CoreDNS 1.14.7, plugin/kubernetes/setup.go). */
import { type Micros, SECOND } from "../../../engine/duration.js";
import type { DirectiveReader } from "../../corefile/directive-reader.js";
import { isReverseZone } from "./name.js";

const DEFAULT_TTL_SECONDS = 5;
const LONGEST_TTL_SECONDS = 3600;
const STARTUP_TIMEOUT: Micros = 5 * SECOND;

export interface KubernetesOptions {
  /** Zones it answers for, reverse zones included. */
  readonly zones: readonly string[];
  /** The first zone that is no reverse zone: names of Services are below it. */
  readonly primaryZone: string;
  /** Seconds. */
  readonly ttl: number;
  /** `insecure` makes records of pods up from their names; `verified` asks whether such a pod exists. */
  readonly pods: "disabled" | "insecure" | "verified";
  /** Names of pods instead of addresses with dashes, for endpoints without hostname. */
  readonly endpointPodNames: boolean;
  /** A Service without ready endpoints does not exist. */
  readonly ignoreEmptyServices: boolean;
  /** Empty: all. */
  readonly namespaces: readonly string[];
  /** Zones whose unknown names go to the next plugin. */
  readonly fallthrough: readonly string[];
  readonly startupTimeout: Micros;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

export function readKubernetesOptions(reader: DirectiveReader, blockZones: readonly string[]): KubernetesOptions {
  const zones = reader.zones(0, blockZones);
  const primaryZone = zones.find((zone) => !isReverseZone(zone));
  if (primaryZone === undefined) reader.error("a zone is needed that is no reverse zone", "for instance cluster.local");
  const options: Mutable<KubernetesOptions> = {
    zones,
    primaryZone: primaryZone ?? "",
    ttl: DEFAULT_TTL_SECONDS,
    pods: "disabled",
    endpointPodNames: false,
    ignoreEmptyServices: false,
    namespaces: [],
    fallthrough: [],
    startupTimeout: STARTUP_TIMEOUT,
  };
  readProperties(reader, options);
  return options;
}

function readProperties(reader: DirectiveReader, options: Mutable<KubernetesOptions>): void {
  const any = Number.POSITIVE_INFINITY;
  const notSimulated = (property: DirectiveReader) =>
    property.error(`${property.name} is not simulated`, "leave it out");
  reader.properties({
    ttl: (property) => {
      if (property.count(1)) options.ttl = property.integer(0, options.ttl, { most: LONGEST_TTL_SECONDS });
    },
    pods: (property) => {
      if (property.count(1)) options.pods = property.oneOf(0, ["disabled", "insecure", "verified"], "disabled");
    },
    endpoint_pod_names: (property) => {
      options.endpointPodNames = property.count(0);
    },
    ignore: (property) => {
      options.ignoreEmptyServices =
        property.count(1) && property.oneOf(0, ["empty_service"], "empty_service") !== undefined;
    },
    namespaces: (property) => {
      if (property.count(1, any)) options.namespaces = [...options.namespaces, ...property.texts()];
    },
    fallthrough: (property) => {
      options.fallthrough = property.zones(0, [""]);
    },
    startup_timeout: (property) => {
      if (property.count(1)) options.startupTimeout = property.duration(0, STARTUP_TIMEOUT);
    },
    // How it reaches the API server does not matter here.
    endpoint: (property) => property.count(1, any),
    tls: (property) => property.count(3),
    kubeconfig: (property) => property.count(1, 2),
    apiserver_qps: (property) => property.count(1),
    apiserver_burst: (property) => property.count(1),
    apiserver_max_inflight: (property) => property.count(1),
    labels: notSimulated,
    namespace_labels: notSimulated,
    noendpoints: notSimulated,
    multicluster: notSimulated,
    zonal: notSimulated,
  });
}
