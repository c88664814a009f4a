/**
 * What a run assumes where Kubernetes decides nothing: one table. The schema takes its defaults from here, `run` prints
 * what it rests on, and the documentation shows the rows. Delays between processes are lognormal unless they say else.
 */
import { SYN_LINEAR_TIMEOUTS } from "../network/syn.js";
import type { DistributionText } from "./distribution-schema.js";

/**
 * `source`: read in the upstream code or its documentation. `fitted`: chosen to meet a published table, so never a
 * validation. `assumed`: a guess that a user should replace. `measured`: seen on a Linux machine.
 */
export type AssumptionStatus = "source" | "fitted" | "assumed" | "measured";

export interface Assumption {
  /** Path below `spec` that changes it; `[]` stands for each entry of a list. Empty: it cannot be changed yet. */
  readonly path: string;
  readonly what: string;
  /** The default as a scenario writes it; prose for rows without a path. */
  readonly value: DistributionText | number | boolean;
  /** Unit of a bare number; empty otherwise. */
  readonly unit: string;
  readonly status: AssumptionStatus;
  /** Where it comes from, or why it was chosen: one sentence. */
  readonly why: string;
}

function lognormal<const M extends string, const P extends string>(median: M, p99: P) {
  return { lognormal: { median, p99 } };
}

function row<const P extends string, const V extends Assumption["value"]>(
  path: P,
  what: string,
  value: V,
  unit: string,
  status: AssumptionStatus,
  why: string,
) {
  return { path, what, value, unit, status, why };
}

const GUESS = "A guess; measure your own cluster and replace it.";
const ROUND_TRIP = "Chosen so that a TCP request and reply takes 99 µs at the median within a zone, as published.";

/** The rows that a scenario can change. */
export const ASSUMED = [
  row("cluster.latency.apiWrite", "API write: commit and reply", lognormal("5ms", "50ms"), "", "assumed", GUESS),
  row(
    "cluster.latency.watchDelivery",
    "watch delivery to one process",
    lognormal("15ms", "200ms"),
    "",
    "assumed",
    "A guess for a healthy control plane; 1.5 s at the median and 6.8 s at p99 were published for 100 nodes, end to end.",
  ),
  row("cluster.latency.sameNode", "network, one way, same node", "20us", "", "fitted", ROUND_TRIP),
  row("cluster.latency.sameZone", "network, one way, same zone", "50us", "", "fitted", ROUND_TRIP),
  row(
    "cluster.latency.crossZone",
    "network, one way, other zone",
    "500us",
    "",
    "fitted",
    "Fitted to the same published table as the delay within a zone.",
  ),
  row(
    "cluster.latency.volumeMount",
    "pod with volumes: waiting for them before its sandbox is created",
    "300ms",
    "",
    "measured",
    "Recorded with Kubernetes 1.37: the kubelet looks each 300 ms, and finds volumes that mount quickly at its second look; nearly every pod has the volume with its token.",
  ),
  row(
    "cluster.latency.sandboxCreation",
    "pod sandbox and CNI, creation",
    lognormal("500ms", "2s"),
    "",
    "assumed",
    GUESS,
  ),
  row(
    "cluster.latency.sandboxRemoval",
    "pod sandbox and CNI, removal",
    lognormal("100ms", "500ms"),
    "",
    "assumed",
    GUESS,
  ),
  row(
    "cluster.latency.imagePull",
    "image pull when the node lacks the image",
    lognormal("5s", "20s"),
    "",
    "assumed",
    "A guess; a restarted container finds its image present.",
  ),
  row(
    "cluster.backgroundChurn.endpointChangesPerSecond",
    "endpoint changes in the rest of the cluster",
    1,
    "changes/s",
    "assumed",
    "An idle cluster hides up to one sync interval of delay per change, so 0 would flatter.",
  ),
  row(
    "cluster.backgroundChurn.services",
    "Services in the rest of the cluster",
    100,
    "Services",
    "assumed",
    "They make each kube-proxy sync as dear as in a cluster that is not empty.",
  ),
  row(
    "cluster.backgroundChurn.endpoints",
    "endpoints in the rest of the cluster",
    1000,
    "endpoints",
    "assumed",
    "They make each kube-proxy sync as dear as in a cluster that is not empty.",
  ),
  row(
    "cluster.components.kubeProxy.minSyncPeriod",
    "kube-proxy: least time between syncs",
    "1s",
    "",
    "source",
    "The default of kube-proxy; a given 0s means 1s as well.",
  ),
  row(
    "cluster.components.kubeProxy.syncPeriod",
    "kube-proxy: most time between syncs",
    "30s",
    "",
    "source",
    "The default of kube-proxy.",
  ),
  row("cluster.components.coredns.replicas", "CoreDNS pods", 2, "pods", "source", "What kubeadm deploys."),
  row("cluster.components.coredns.ttl", "TTL of cluster names", 30, "seconds", "source", "The Corefile of kubeadm."),
  row(
    "cluster.components.coredns.cache",
    "cap of the CoreDNS cache",
    30,
    "seconds",
    "source",
    "The Corefile of kubeadm.",
  ),
  row(
    "cluster.components.coredns.lameduck",
    "CoreDNS serves on after SIGTERM",
    "5s",
    "",
    "source",
    "The Corefile of kubeadm.",
  ),
  row(
    "cluster.upstreamDNS.latency",
    "DNS servers outside the cluster: from question to answer",
    "5ms",
    "",
    "assumed",
    GUESS,
  ),
  row(
    "workloads[].listenAfter",
    "process listens after container start",
    lognormal("3s", "10s"),
    "",
    "assumed",
    "A guess; 0 would hide a missing readiness probe.",
  ),
  row("workloads[].readyAfter", "readiness after listening", "0s", "", "assumed", "A guess: what listens is ready."),
  row(
    "workloads[].serviceTime",
    "service time of a request",
    lognormal("20ms", "200ms"),
    "",
    "assumed",
    "A guess; the number of requests at once has no limit, for a guessed one would invent overload.",
  ),
  row(
    "workloads[].onSigterm",
    "behaviour at SIGTERM",
    "finish",
    "",
    "assumed",
    "Stops listening, finishes what is in flight, exits; it decides the answer, so the summary shows the two others too.",
  ),
  row(
    "traffic[].client.connectTimeout",
    "client: connect timeout",
    "1s",
    "",
    "assumed",
    "A guess; there are no retries.",
  ),
  row(
    "traffic[].client.requestTimeout",
    "client: request timeout",
    "5s",
    "",
    "assumed",
    "A guess; it includes the name lookup.",
  ),
  row(
    "traffic[].client.synLinearTimeouts",
    "client: SYN retries with a linear timeout",
    SYN_LINEAR_TIMEOUTS,
    "retries",
    "measured",
    "The default of current Linux kernels (tcp_syn_linear_timeouts), as seen in traces.",
  ),
  row(
    "traffic[].client.dns.raceLoss",
    "client: A or AAAA lost in the conntrack race",
    0,
    "of all pairs",
    "assumed",
    "No rates were published that could be trusted; reports range from 0.00001 (typical is taken as 0.0001) to 0.01 (bad).",
  ),
] as const;

/** What no option of this version changes. */
export const FIXED: readonly Assumption[] = [
  row(
    "",
    "kube-proxy sync, iptables, partial",
    "40 ms + 7 µs per endpoint + 18 µs per rule sent + 2 µs per resident rule (+ 6.5 µs when a save is due)",
    "",
    "fitted",
    "Meets published sync durations.",
  ),
  row(
    "",
    "kube-proxy sync, iptables, full",
    "100 ms + 30 µs per rule",
    "",
    "fitted",
    "Meets published sync durations.",
  ),
  row("", "kube-proxy sync, nftables", "30 ms + 20 µs per changed element", "", "assumed", GUESS),
  row(
    "",
    "clients",
    "one pod per node unless the scenario names pods; a new connection per request; no retries",
    "",
    "assumed",
    "The least that says something about every node.",
  ),
  row("", "client's connect", "non-blocking", "", "measured", "What curl, Go, Node, Java NIO and Envoy do."),
  row(
    "",
    "address of a pod that has ended",
    "reset while its sandbox lives; then silence while the node's neighbour entry lives, then EHOSTUNREACH 3.06 s after a SYN",
    "",
    "measured",
    "Traces of a bridge CNI on Linux.",
  ),
  row(
    "",
    "address on a node that has died",
    "silence behind a next hop that answers",
    "",
    "measured",
    "Traces on Linux.",
  ),
  row(
    "",
    "names outside the cluster",
    "do not exist (NXDOMAIN) unless cluster.upstreamDNS has them; its records have a TTL of 300 s",
    "",
    "assumed",
    "Recursive servers would count the TTL down; the CoreDNS cache caps it at 30 s by default.",
  ),
];

export const ASSUMPTIONS: readonly Assumption[] = [...ASSUMED, ...FIXED];

type Row = (typeof ASSUMED)[number];
type Path = Row["path"];
type Defaults = { readonly [P in Path]: Extract<Row, { path: P }>["value"] };

const DEFAULTS = Object.fromEntries(ASSUMED.map((row) => [row.path, row.value])) as Defaults;

/** The default at a path, in the form in which a scenario writes it. */
export function assumed<P extends Path>(path: P): Defaults[P] {
  return DEFAULTS[path];
}

/** The sentence that describes the option at a path: what it is, and its unit. */
export function describeAssumed(path: Path): string {
  const row = ASSUMPTIONS.find((each) => each.path === path);
  return row === undefined ? "" : `${row.what}${row.unit === "" ? "" : ` (${row.unit})`}; ${row.status}. ${row.why}`;
}
