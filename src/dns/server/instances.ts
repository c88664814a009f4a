/**
 * The instances of one CoreDNS process: the one that answers, and beside it the one that a changed Corefile has set up and
 * that has not got its records yet. Only the newest one tells of endpoints, and nothing that one before it has told.
 */
import type { ApiLog, RevisionOf } from "../../apiserver/log.js";
import type { Context } from "../../engine/context.js";
import type { Variate } from "../../engine/distribution.js";
import type { Micros } from "../../engine/duration.js";
import type { ApiSession } from "../../model/api-session.js";
import { KeptAddresses } from "../../model/kept-addresses.js";
import type { UpstreamExchange } from "../upstream/upstream.js";
import type { ConfiguredServer } from "./configure.js";
import { ServerInstance } from "./instance.js";

/** Hears when the endpoints of a Service have changed in the index of a process. */
export type EndpointsListener = (serviceKey: string, revision: RevisionOf<"EndpointSlice">, now: Micros) => void;

export interface InstancesOptions {
  readonly log: ApiLog;
  /** From a commit to its arrival at this process. */
  readonly watchDelivery: Variate;
  /** Of the process with the API server. */
  readonly session: ApiSession;
  /** "namespace/name" of the pod. */
  readonly name: string;
  /** The Corefile that the process starts with, set up without errors. */
  readonly servers: readonly ConfiguredServer[];
  readonly upstream: UpstreamExchange;
  readonly onEndpointsKnown?: EndpointsListener | undefined;
}

export class Instances {
  current: ServerInstance;
  /** What the process keeps of addresses. */
  readonly kept = new KeptAddresses();
  private next: ServerInstance | null = null;
  /** What the newest instance was set up from. */
  private running: readonly ConfiguredServer[];
  private generation = 0;
  /** Revisions of slices up to this number have been told of. */
  private toldUpTo = -1;
  /** Of these, up to this number by earlier instances. */
  private toldBefore = -1;

  constructor(
    private readonly context: Context,
    private readonly options: InstancesOptions,
  ) {
    this.running = options.servers;
    this.current = this.make();
  }

  /** Sets a changed Corefile up beside the one that answers; null when it is the one that the newest instance has. */
  reload(servers: readonly ConfiguredServer[]): ServerInstance | null {
    if (servers === this.running) return null;
    this.running = servers;
    this.generation++;
    this.next?.stopWatches();
    this.next = this.make();
    return this.next;
  }

  start(instance: ServerInstance): void {
    this.toldBefore = this.toldUpTo;
    instance.start();
  }

  /** Whether an instance answers, or will. */
  has(instance: ServerInstance): boolean {
    return instance === this.current || instance === this.next;
  }

  /** The instance answers from now on. */
  serve(instance: ServerInstance): void {
    if (instance === this.current) return;
    this.current.stopWatches();
    this.current.changed();
    // the caches of the new one are empty
    this.kept.endAll(this.context.now);
    this.current = instance;
    this.next = null;
  }

  /** Nothing more arrives; an instance that does not answer yet never will. */
  stopWatches(): void {
    this.current.stopWatches();
    this.next?.stopWatches();
    this.next = null;
  }

  private make(): ServerInstance {
    const { log, watchDelivery, session, upstream, name } = this.options;
    const { generation, running: servers } = this;
    return new ServerInstance(this.context, {
      log,
      watchDelivery,
      session,
      upstream,
      servers,
      name,
      kept: this.kept,
      generation,
      onEndpointsKnown: (key, revision, now) => {
        if (generation !== this.generation || revision.number <= this.toldBefore) return;
        this.toldUpTo = Math.max(this.toldUpTo, revision.number);
        this.options.onEndpointsKnown?.(key, revision, now);
      },
    });
  }
}
