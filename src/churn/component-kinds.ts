/**
 * The components of a cluster that can be restarted, in the order in which they are shown. A new one is a row here, and
 * the place where the cluster finds it (`Components.find`).
 */
import { type Micros, SECOND } from "../engine/duration.js";
import type { ProcessStop } from "../model/cluster.js";
import { COREDNS_WORKLOAD } from "../model/dns.js";
import type { ClusterSettings } from "../model/settings.js";
import type { WorkloadReference } from "../model/workload.js";

export interface ComponentKind {
  /** As a scenario names it. */
  readonly name: string;
  /** What is restarted. One sentence. */
  readonly summary: string;
  /** The workload that it is: all of it is restarted by a rollout. Null: it is a process on nodes. */
  readonly workload: WorkloadReference | null;
  /** How its processes may be ended, the usual way first; what the ways mean, where a scenario has the choice. */
  readonly stops: { readonly choices: readonly [ProcessStop, ...ProcessStop[]]; readonly summary: string };
  /** From the end of a process to the start of the next one, unless a scenario says otherwise, and where that is from. */
  readonly downtime: Micros;
  readonly downtimeNote: string;
  /** Why a cluster does not have it, and what to do about it; null when it does. */
  missingFrom(cluster: ClusterSettings): { readonly message: string; readonly hint: string } | null;
}

export const COMPONENT_KINDS: readonly ComponentKind[] = [
  {
    name: "coredns",
    summary: "All replicas, by a rollout of their Deployment.",
    workload: COREDNS_WORKLOAD,
    stops: { choices: ["graceful"], summary: "" },
    downtime: 0,
    downtimeNote: "",
    missingFrom: () => null,
  },
  {
    name: "kube-proxy",
    summary: "The process on the selected nodes.",
    workload: null,
    stops: { choices: ["kill"], summary: "" },
    downtime: SECOND,
    downtimeNote: "1s, assumed",
    missingFrom: () => null,
  },
  {
    name: "node-local-dns",
    summary: "NodeLocal DNSCache on the selected nodes.",
    workload: null,
    stops: {
      choices: ["graceful", "kill"],
      summary: "graceful: SIGTERM, questions go to kube-dns; kill: SIGKILL, they are refused.",
    },
    // measured by its maintainer (kubernetes/dns issue 310, 2019)
    downtime: 20 * SECOND,
    downtimeNote: "20s",
    missingFrom: ({ nodeLocalDns }) =>
      nodeLocalDns === true
        ? null
        : { message: "no node runs NodeLocal DNSCache", hint: "set cluster.components.nodeLocalDNS.enabled" },
  },
];

/** Throws when there is none of this name: the schema knows them all. */
export function componentKind(name: string): ComponentKind {
  const found = COMPONENT_KINDS.find((each) => each.name === name);
  if (found === undefined) throw new Error(`there is no component ${name}`);
  return found;
}
