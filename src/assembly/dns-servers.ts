/** The DNS servers of a scenario: CoreDNS replicas by one Corefile, and the servers outside the cluster. */
import type { ApiLog } from "../apiserver/log.js";
import { clusterDnsAddress, DNS_NAMESPACE, UPSTREAM_SERVICE } from "../dns/addon/kube-dns.js";
import { nodeLocalCorefile } from "../dns/addon/node-local-corefile.js";
import { NodeLocalDns } from "../dns/addon/node-local-dns.js";
import { parseCorefile } from "../dns/corefile/parser.js";
import { PLUGINS } from "../dns/plugins/order.js";
import { type ConfiguredServer, configureServers } from "../dns/server/configure.js";
import { CoreDns } from "../dns/server/coredns.js";
import { createUpstreamExchange } from "../dns/upstream/exchange.js";
import { OutsideServers } from "../dns/upstream/outside-servers.js";
import type { UpstreamExchange } from "../dns/upstream/upstream.js";
import type { Context } from "../engine/context.js";
import type { Variate } from "../engine/distribution.js";
import { MILLISECOND } from "../engine/duration.js";
import type { Address, AddressRange } from "../model/address.js";
import type { ApiSession } from "../model/api-session.js";
import type { Place } from "../model/flow.js";
import type { AddressKeeper } from "../model/kept-addresses.js";
import type { EndpointObserver } from "../model/observation.js";
import type { ProcessEnvironment } from "../model/process.js";
import type { ClusterSettings, CoreDnsSettings } from "../model/settings.js";
import type { Network } from "../network/network.js";
import type { NodePlace } from "../network/place.js";
import { attachOutsideServers } from "../traffic/outside-server.js";

export interface DnsServersOptions {
  readonly settings: ClusterSettings;
  readonly log: ApiLog;
  readonly network: Network;
  readonly watchDelivery: Variate;
  /** Ports on which servers outside the cluster answer requests. */
  readonly outsidePorts: ReadonlySet<number>;
}

export class DnsServers {
  readonly outside: OutsideServers;
  /** What the ConfigMap holds. */
  private servers: readonly ConfiguredServer[];
  private readonly processes = new Set<CoreDns>();
  /** Of the last process of each replica, by the replica's pod. */
  private readonly knowledge = new Map<string, EndpointObserver>();
  /** Those of the caches on nodes, once they are known. */
  private nodeLocal: readonly ConfiguredServer[] | null = null;
  /** Caches of all processes, in the order in which they came to be. */
  private readonly keepers: AddressKeeper[] = [];
  private readonly clusterRanges: readonly AddressRange[];

  constructor(private readonly options: DnsServersOptions) {
    const { settings, network } = options;
    const records: ReadonlyMap<string, readonly Address[]> = settings.upstreamDns?.records ?? new Map();
    const aliases: ReadonlyMap<string, string> = settings.upstreamDns?.aliases ?? new Map();
    this.outside = new OutsideServers({ records, aliases }, settings.upstreamDns?.latency ?? 5 * MILLISECOND);
    this.servers = configuredServers(settings, settings.coreDns.corefile, settings.coreDns);
    this.clusterRanges = [settings.serviceRange, settings.podRange, settings.nodeRange];
    attachOutsideServers(network, [...records.values()].flat(), options.outsidePorts);
  }

  /** The process of a CoreDNS container. */
  create(environment: ProcessEnvironment): CoreDns {
    const { settings, log, watchDelivery } = this.options;
    const { context, host } = environment;
    const process: CoreDns = new CoreDns(environment, {
      log,
      watchDelivery,
      servers: this.servers,
      upstream: this.upstreamFor(context, host.place, host.address),
      queriesPerSecond: settings.coreDns.queriesPerSecond,
      queueCapacity: settings.coreDns.queueCapacity,
    });
    this.processes.add(process);
    const { knowledge, kept } = process;
    this.keepers.push({ observer: { kind: "dns-cache", name: knowledge.observer.name }, kept });
    this.knowledge.set(knowledge.observer.name, knowledge);
    return process;
  }

  /** The replicas as observers of endpoints, in the order in which they came to be. */
  get observers(): readonly EndpointObserver[] {
    return [...this.knowledge.values()];
  }

  /** Their caches, and those of nodes. */
  get caches(): readonly AddressKeeper[] {
    return this.keepers;
  }

  /** The ConfigMap changes: pods that start find the new Corefile, running ones reload it if they have the plugin. */
  changeCorefile(text: string): void {
    const { settings } = this.options;
    this.servers = configuredServers(settings, text, settings.coreDns);
    for (const process of this.processes) {
      if (process.hasEnded) this.processes.delete(process);
      else process.configMapChanged(this.servers);
    }
  }

  /** The cache of a node, once kube-dns-upstream has its address; null when nodes have none. */
  createNodeLocal(node: Context, place: NodePlace, session: ApiSession): NodeLocalDns | null {
    const { settings, log, network, watchDelivery } = this.options;
    if (settings.nodeLocalDns !== true) return null;
    const made = new NodeLocalDns({
      node,
      place,
      nodeName: place.name,
      log,
      network,
      watchDelivery,
      session,
      servers: this.nodeLocalServers(),
      clusterDns: clusterDnsAddress(settings.serviceRange),
      upstreamFor: (context) => this.upstreamFor(context, place, place.address),
    });
    this.keepers.push({ observer: { kind: "dns-cache", name: place.name }, kept: made.kept });
    return made;
  }

  /** The same for all nodes. */
  private nodeLocalServers(): readonly ConfiguredServer[] {
    const { settings, log } = this.options;
    const service = log.get("Service", `${DNS_NAMESPACE}/${UPSTREAM_SERVICE}`)?.object;
    const upstream = service?.spec.clusterIP;
    if (typeof upstream !== "number") throw new Error(`the Service ${UPSTREAM_SERVICE} has no address`);
    this.nodeLocal ??= configuredServers(settings, nodeLocalCorefile(settings.clusterDomain, upstream));
    return this.nodeLocal;
  }

  private upstreamFor(context: Context, source: Place, sourceAddress: Address): UpstreamExchange {
    const { network } = this.options;
    const { outside, clusterRanges } = this;
    return createUpstreamExchange({ context, network, outside, clusterRanges, source, sourceAddress });
  }
}

/** The loader has checked the Corefile: an error here is a mistake of ours. */
function configuredServers(
  { nodeResolvConf }: ClusterSettings,
  text: string,
  { environment = {}, files = {} }: Partial<Pick<CoreDnsSettings, "environment" | "files">> = {},
): readonly ConfiguredServer[] {
  const { corefile, errors } = parseCorefile(text, { environment, files });
  if (corefile === null) throw new Error(`the Corefile cannot be read: ${errors[0]?.message}`);
  const configured = configureServers(corefile, PLUGINS, {
    files,
    hostSearch: nodeResolvConf?.search ?? [],
    hostNameservers: nodeResolvConf?.nameservers ?? [],
  });
  const [error] = configured.errors;
  if (error !== undefined) throw new Error(`the Corefile cannot be used: ${error.message}`);
  return configured.servers;
}
