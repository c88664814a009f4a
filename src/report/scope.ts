/** What a verdict holds for: which parts of a cluster its figures depend on, and where each is set. */
import type { Scenario, TrafficEntry } from "../model/scenario.js";
import { printable } from "./printable.js";

/** What a verdict says beside its figures, so that nobody takes them for those of another cluster. */
export interface Scope {
  /** "Kubernetes 1.36", "kube-proxy iptables", "bridge CNI", "clients inside", "a connection per request", "no retries". */
  readonly holdsFor: readonly string[];
  /** Settings by which some of these can be changed, as `--set` takes them. */
  readonly change: readonly string[];
  /** What stands in front of the Services and is not simulated. */
  readonly inFront: readonly string[];
}

export function scopeOf({ cluster, traffic, inFront }: Scenario): Scope {
  return {
    holdsFor: [
      `Kubernetes 1.${cluster.minor}`,
      `kube-proxy ${cluster.kubeProxy.mode}`,
      "bridge CNI",
      clientsText(traffic),
      connectionsText(traffic),
      "no retries",
    ],
    change: ["cluster.components.kubeProxy.mode", "traffic[0].from", "traffic[0].client.connection.reuse"],
    inFront,
  };
}

export function scopeSentence({ holdsFor, change }: Scope): string {
  return `Holds for ${printable(holdsFor.join(", "))} (change: --set ${change.join(", ")}).`;
}

/** Null when nothing stands in front. */
export function inFrontSentence({ inFront }: Scope): string | null {
  if (inFront.length === 0) return null;
  const [first = "", ...others] = inFront;
  const more = others.length === 0 ? "" : ` and ${others.length} more`;
  const stand = others.length === 0 ? "stands" : "stand";
  return `Inside the cluster only: ${printable(first)}${more} ${stand} in front and ${others.length === 0 ? "is" : "are"} not simulated. Clients that come that way may lose more or fewer requests, and need another preStop sleep.`;
}

function clientsText(traffic: readonly TrafficEntry[]): string {
  const outside = traffic.filter(({ from }) => from.kind === "outside").length;
  if (outside === 0) return "clients inside the cluster";
  return outside === traffic.length ? "clients outside the cluster" : "clients inside and outside the cluster";
}

function connectionsText(traffic: readonly TrafficEntry[]): string {
  const held = traffic.filter(({ client }) => client.connection.reuse !== "none").length;
  if (held === 0) return "a connection per request";
  return held === traffic.length ? "connections that are held" : "a connection per request or held ones";
}
