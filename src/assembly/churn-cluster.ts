/** The cluster as churn actions see it: the API through a kubectl, running containers, nodes. */
import { ApiClient, type ClientOptions } from "../apiserver/client.js";
import type { ApiLog } from "../apiserver/log.js";
import type { Context } from "../engine/context.js";
import type { FactId } from "../engine/facts.js";
import type { Cluster, ClusterApi, ClusterNetwork, Components } from "../model/cluster.js";
import type { Kind, ObjectOfKind } from "../model/objects.js";

export interface ChurnClusterOptions {
  readonly context: Context;
  readonly log: ApiLog;
  readonly client: ClientOptions;
  readonly server: Context;
  readonly components: Components;
  readonly network: ClusterNetwork;
}

export function createChurnCluster(options: ChurnClusterOptions): Cluster {
  const { context, log, components, network } = options;
  return { context, components, network, api: new Kubectl(context, log, options.client, options.server) };
}

class Kubectl implements ClusterApi {
  private readonly client: ApiClient;

  constructor(
    private readonly context: Context,
    private readonly log: ApiLog,
    client: ClientOptions,
    server: Context,
  ) {
    this.client = new ApiClient(context, log, client, server);
  }

  list<K extends Kind>(kind: K): readonly ObjectOfKind[K][] {
    return this.log.list(kind).map((revision) => revision.object);
  }

  get<K extends Kind>(kind: K, key: string): ObjectOfKind[K] | null {
    return this.log.get(kind, key)?.object ?? null;
  }

  patch<K extends Kind>(
    kind: K,
    key: string,
    detail: string,
    change: (object: ObjectOfKind[K]) => ObjectOfKind[K] | null,
  ): void {
    this.client.patch(kind, key, change, { cause: this.cause, detail }, null, null);
  }

  delete(kind: Kind, key: string, gracePeriodSeconds?: number): void {
    this.client.delete(kind, key, gracePeriodSeconds ?? null, { cause: this.cause }, null, null);
  }

  private get cause(): FactId {
    return this.context.simulation.cause;
  }
}
