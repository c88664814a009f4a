/**
 * The dns-autoscaler add-on: CoreDNS replicas by the size of the cluster, never by its load
 * (kubernetes-sigs/cluster-proportional-autoscaler, linear mode; kubernetes cluster/addons/dns-horizontal-autoscaler).
 *
 * It looks every ten seconds. A look that would find what the last one left is not simulated: nodes and the Deployment
 * are watched, and only when they differ from what it wants is the next look computed. So it also undoes what somebody
 * else has done to the number of replicas.
 */
import type { ApiClient } from "../apiserver/client.js";
import type { RevisionOf } from "../apiserver/log.js";
import type { WatchReader } from "../apiserver/reader.js";
import type { Context } from "../engine/context.js";
import { type Micros, SECOND } from "../engine/duration.js";
import { Phase } from "../engine/event-queue.js";
import { type FactId, NO_FACT } from "../engine/facts.js";
import { uniform } from "../engine/random.js";
import type { Deployment } from "../model/objects.js";
import type { DnsAutoscalerSettings } from "../model/settings.js";

/** --poll-period-seconds. */
const POLL_PERIOD: Micros = 10 * SECOND;
const MILLICORES = 1000;

/** What counts of a cluster: nodes that pods can be scheduled to, and their cores. */
export interface ClusterSize {
  readonly nodes: number;
  readonly cores: number;
}

/**
 * Replicas for a cluster of a size (pkg/autoscaler/controller/linearcontroller `getExpectedReplicasFromParams`): one for
 * each started group of nodes or of cores, whichever asks for more, within the bounds. The second replica that prevents
 * a single point of failure is given even where the upper bound is one.
 */
export function linearReplicas(settings: DnsAutoscalerSettings, { nodes, cores }: ClusterSize): number {
  const { coresPerReplica, nodesPerReplica, preventSinglePointFailure, min, max } = settings;
  const bounded = (wanted: number): number => Math.max(min, max === null ? wanted : Math.min(max, wanted));
  const byNodes = bounded(Math.ceil(nodes / nodesPerReplica));
  const byCores = bounded(Math.ceil(cores / coresPerReplica));
  const least = preventSinglePointFailure && nodes > 1 ? 2 : 0;
  return Math.max(byNodes, byCores, least);
}

export interface DnsAutoscalerOptions {
  readonly settings: DnsAutoscalerSettings;
  /** "namespace/name" of the Deployment. */
  readonly deployment: string;
}

export class DnsAutoscaler {
  private readonly phase: Micros;
  private planned = false;
  private wanted = Number.NaN;
  /** The newest revision that changed what is wanted or what is there. */
  private cause: FactId = NO_FACT;

  /** `reader` watches Nodes and Deployments; whoever owns it starts it. */
  constructor(
    private readonly context: Context,
    private readonly reader: WatchReader,
    private readonly client: ApiClient,
    private readonly options: DnsAutoscalerOptions,
  ) {
    this.phase = Math.floor(uniform(context.key("poll"), 0) * POLL_PERIOD);
    reader.on("Node", (revision) => this.observe(revision.fact));
    reader.on("Deployment", (revision, former) => this.deploymentArrived(revision, former));
  }

  private deploymentArrived(revision: RevisionOf<"Deployment">, former: RevisionOf<"Deployment"> | null): void {
    if (revision.key !== this.options.deployment || revision.deleted) return;
    // what its controller writes into the status is no news
    if (former?.object.spec.replicas !== revision.object.spec.replicas) this.observe(revision.fact);
  }

  private observe(fact: FactId): void {
    const change = this.change();
    if (change === null || (this.planned && change === this.wanted)) return;
    this.wanted = change;
    this.cause = fact;
    if (this.planned) return;
    this.planned = true;
    const { now } = this.context;
    const next = this.phase + Math.ceil((now - this.phase) / POLL_PERIOD) * POLL_PERIOD;
    this.context.at(next, Phase.write, poll, this as DnsAutoscaler);
  }

  /** The wanted number of replicas; null when it is there, or when there is no Deployment. */
  private change(): number | null {
    const deployment = this.reader.get("Deployment", this.options.deployment);
    if (deployment === null) return null;
    let nodes = 0;
    let millicores = 0;
    for (const { object } of this.reader.all("Node")) {
      if (object.spec.unschedulable) continue;
      nodes++;
      millicores += object.capacity.cpu;
    }
    const wanted = linearReplicas(this.options.settings, { nodes, cores: Math.ceil(millicores / MILLICORES) });
    return deployment.object.spec.replicas === wanted ? null : wanted;
  }

  /** @internal */
  poll(): void {
    this.planned = false;
    const replicas = this.change();
    if (replicas === null) return;
    const why = { cause: this.cause, detail: `replicas ${replicas} by dns-autoscaler` };
    this.client.patch("Deployment", this.options.deployment, (found) => withReplicas(found, replicas), why, null, null);
  }
}

function withReplicas(deployment: Deployment, replicas: number): Deployment | null {
  if (deployment.spec.replicas === replicas) return null;
  return { ...deployment, spec: { ...deployment.spec, replicas } };
}

function poll(autoscaler: DnsAutoscaler): void {
  autoscaler.poll();
}
