/** One node: its context tree, kubelet and kube-proxy. A crash of the node's context takes all of them along. */
import { ApiClient, type ClientOptions } from "../apiserver/client.js";
import type { ApiLog } from "../apiserver/log.js";
import { WatchReader } from "../apiserver/reader.js";
import type { NodeLocalDns } from "../dns/addon/node-local-dns.js";
import type { Context } from "../engine/context.js";
import type { Variate } from "../engine/distribution.js";
import type { Micros } from "../engine/duration.js";
import { Phase } from "../engine/event-queue.js";
import type { AddressRange } from "../model/address.js";
import type { VersionedBehaviour } from "../model/kubernetes-version.js";
import type { ProcessFactory } from "../model/process.js";
import type { KubeProxySettings } from "../model/settings.js";
import type { Network } from "../network/network.js";
import type { NodePlace } from "../network/place.js";
import { HostLocal } from "../node/cni/host-local.js";
import { ImageStore } from "../node/image-store.js";
import { Kubelet } from "../node/kubelet.js";
import type { KubeletDelays } from "../node/kubelet-services.js";
import { LeaseClock } from "../node/lease.js";
import { KubeProxy } from "../node/service-proxy/kube-proxy/kube-proxy.js";
import { proxyModeNamed } from "../node/service-proxy/kube-proxy/modes/modes.js";
import type { ProxyLog } from "../node/service-proxy/proxy-log.js";

/** What all nodes of a cluster share. */
export interface NodeEnvironment {
  /** Parent of the nodes' contexts. */
  readonly context: Context;
  readonly log: ApiLog;
  readonly proxyLog: ProxyLog;
  readonly network: Network;
  /** The API server, which commits what is on its way even if the caller dies. */
  readonly server: Context;
  readonly client: ClientOptions;
  readonly watchDelivery: Variate;
  readonly kubeletDelays: KubeletDelays;
  readonly kubeProxy: KubeProxySettings;
  readonly serviceRange: AddressRange;
  readonly behaviour: VersionedBehaviour;
  readonly processFor: ProcessFactory;
  /** The DNS cache of a node; null when nodes have none. */
  readonly nodeLocalDnsFor: (context: Context, place: NodePlace) => NodeLocalDns | null;
}

export class WorkerNode {
  readonly context: Context;
  readonly kubelet: Kubelet;
  readonly kubeProxy: KubeProxy;
  readonly lease: LeaseClock;
  /** Null when nodes have none. */
  readonly nodeLocalDns: NodeLocalDns | null;

  constructor(
    environment: NodeEnvironment,
    readonly place: NodePlace,
    podRange: AddressRange,
  ) {
    const { log, network, server, watchDelivery, behaviour } = environment;
    this.context = environment.context.child(`Node/${place.name}`);
    this.lease = new LeaseClock(this.context.key("lease"));
    const kubelet = this.context.child(`kubelet/${place.name}`);
    this.kubelet = new Kubelet({
      context: kubelet,
      client: new ApiClient(kubelet, log, environment.client, server),
      reader: new WatchReader(kubelet, log, { kinds: ["Pod"], delay: watchDelivery, podsOfNode: place.name }),
      nodeName: place.name,
      place,
      network,
      ipam: new HostLocal(podRange),
      processFor: environment.processFor,
      delays: environment.kubeletDelays,
      behaviour,
      images: new ImageStore(),
    });
    this.kubeProxy = new KubeProxy({
      context: this.context.child(`kube-proxy/${place.name}`),
      node: place,
      proxyLog: environment.proxyLog,
      mode: proxyModeNamed(environment.kubeProxy.mode),
      settings: environment.kubeProxy,
      serviceRange: environment.serviceRange,
      behaviour,
      watchDelivery,
      observed: true,
    });
    place.translator = this.kubeProxy.rules;
    this.kubelet.start();
    this.nodeLocalDns = environment.nodeLocalDnsFor(this.context, place);
    this.nodeLocalDns?.start();
  }

  /** Ends the process of kube-proxy and plans the next one; false when the node or its kube-proxy is down. */
  restartKubeProxy(downtime: Micros): boolean {
    const { context, kubeProxy } = this;
    if (!context.alive || !kubeProxy.running) return false;
    kubeProxy.crash(context.now);
    context.after(downtime, Phase.crash, startKubeProxy, this as WorkerNode);
    return true;
  }
}

function startKubeProxy({ context, kubeProxy }: WorkerNode): void {
  kubeProxy.start(context.now);
}
