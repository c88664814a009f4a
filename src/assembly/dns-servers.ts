/** The DNS servers of a scenario: CoreDNS replicas by one Corefile, and the servers outside the cluster. */
import type { ApiLog } from "../apiserver/log.js";
import { CoreDns } from "../dns/coredns.js";
import { type ConfiguredServer, configureServers } from "../dns/corefile/configure.js";
import { parseCorefile } from "../dns/corefile/parser.js";
import { PLUGINS } from "../dns/plugins/order.js";
import { createUpstreamExchange } from "../dns/upstream-exchange.js";
import { OutsideServers } from "../dns/upstream-servers.js";
import type { Variate } from "../engine/distribution.js";
import { MILLISECOND } from "../engine/duration.js";
import type { Address, AddressRange } from "../model/address.js";
import type { ProcessEnvironment } from "../model/process.js";
import type { ClusterSettings } from "../model/settings.js";
import type { Network } from "../network/network.js";
import { attachOutsideServers } from "../traffic/outside-server.js";
import type { DnsObserver } from "./dns-observer.js";

export interface DnsServersOptions {
  readonly settings: ClusterSettings;
  readonly log: ApiLog;
  readonly network: Network;
  readonly watchDelivery: Variate;
  readonly observer: DnsObserver;
  /** Ports on which servers outside the cluster answer requests. */
  readonly outsidePorts: ReadonlySet<number>;
}

export class DnsServers {
  readonly outside: OutsideServers;
  private readonly servers: readonly ConfiguredServer[];
  private readonly clusterRanges: readonly AddressRange[];

  constructor(private readonly options: DnsServersOptions) {
    const { settings, network } = options;
    const records: ReadonlyMap<string, readonly Address[]> = settings.upstreamDns?.records ?? new Map();
    const aliases: ReadonlyMap<string, string> = settings.upstreamDns?.aliases ?? new Map();
    this.outside = new OutsideServers({ records, aliases }, settings.upstreamDns?.latency ?? 5 * MILLISECOND);
    this.servers = configuredServers(settings);
    this.clusterRanges = [settings.serviceRange, settings.podRange, settings.nodeRange];
    attachOutsideServers(network, [...records.values()].flat(), options.outsidePorts);
  }

  /** The process of a CoreDNS container. */
  create(environment: ProcessEnvironment): CoreDns {
    const { settings, log, network, watchDelivery, observer } = this.options;
    return new CoreDns(environment, {
      log,
      network,
      watchDelivery,
      servers: this.servers,
      upstream: createUpstreamExchange({
        context: environment.context,
        network,
        outside: this.outside,
        clusterRanges: this.clusterRanges,
        sourceNode: network.topology.indexOf(environment.nodeName),
        sourceAddress: environment.address,
      }),
      queriesPerSecond: settings.coreDns.queriesPerSecond,
      queueCapacity: settings.coreDns.queueCapacity,
      onEndpointsKnown: observer.listenerFor(environment),
    });
  }
}

/** The loader has checked the Corefile: an error here is a mistake of ours. */
function configuredServers({ coreDns, nodeResolvConf }: ClusterSettings): readonly ConfiguredServer[] {
  const { corefile, errors } = parseCorefile(coreDns.corefile, { environment: coreDns.environment });
  if (corefile === null) throw new Error(`the Corefile cannot be read: ${errors[0]?.message}`);
  const configured = configureServers(corefile, PLUGINS, {
    hostSearch: nodeResolvConf?.search ?? [],
    hostNameservers: nodeResolvConf?.nameservers ?? [],
  });
  const [error] = configured.errors;
  if (error !== undefined) throw new Error(`the Corefile cannot be used: ${error.message}`);
  return configured.servers;
}
