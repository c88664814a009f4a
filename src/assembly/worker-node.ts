/** One node: its context tree, kubelet and data plane. A crash of the node's context takes all of them along. */
import { ApiClient, type ClientOptions } from "../apiserver/client.js";
import type { ApiLog } from "../apiserver/log.js";
import { WatchReader } from "../apiserver/reader.js";
import type { NodeLocalDns } from "../dns/addon/node-local-dns.js";
import type { Context } from "../engine/context.js";
import type { Variate } from "../engine/distribution.js";
import type { AddressRange } from "../model/address.js";
import type { ApiSession } from "../model/api-session.js";
import type { Component } from "../model/cluster.js";
import type { VersionedBehaviour } from "../model/kubernetes-version.js";
import type { ProcessFactory } from "../model/process.js";
import type { Network } from "../network/network.js";
import type { NodePlace } from "../network/place.js";
import { HostLocal } from "../node/cni/host-local.js";
import { ImageStore } from "../node/image-store.js";
import { Kubelet } from "../node/kubelet.js";
import type { KubeletDelays } from "../node/kubelet-services.js";
import { LeaseClock } from "../node/lease.js";
import type { DataPlaneFactory, ServiceDataPlane } from "../node/service-proxy/data-plane.js";

/** What all nodes of a cluster share. */
export interface NodeEnvironment {
  /** Parent of the nodes' contexts. */
  readonly context: Context;
  readonly log: ApiLog;
  readonly network: Network;
  /** The API server, which commits what is on its way even if the caller dies. */
  readonly server: Context;
  readonly client: ClientOptions;
  readonly watchDelivery: Variate;
  readonly kubeletDelays: KubeletDelays;
  readonly behaviour: VersionedBehaviour;
  /** The session of a node with the API server. */
  readonly sessionOf: (node: NodePlace) => ApiSession;
  readonly processFor: ProcessFactory;
  readonly dataPlaneFor: DataPlaneFactory;
  /** The DNS cache of a node; null when nodes have none. */
  readonly nodeLocalDnsFor: (context: Context, place: NodePlace, session: ApiSession) => NodeLocalDns | null;
}

export class WorkerNode {
  readonly context: Context;
  /** With the API server: of its kubelet, its data plane and the containers on it. */
  readonly session: ApiSession;
  readonly kubelet: Kubelet;
  readonly dataPlane: ServiceDataPlane;
  readonly lease: LeaseClock;
  /** Null when nodes have none. */
  readonly nodeLocalDns: NodeLocalDns | null;
  /** The cluster's own processes that churn may end here, by their kind. */
  readonly components = new Map<string, Component>();

  constructor(
    environment: NodeEnvironment,
    readonly place: NodePlace,
    podRange: AddressRange,
  ) {
    const { log, network, server, watchDelivery, behaviour } = environment;
    const session = environment.sessionOf(place);
    this.session = session;
    this.context = environment.context.child(`Node/${place.name}`);
    this.lease = new LeaseClock(this.context.key("lease"), session);
    const kubelet = this.context.child(`kubelet/${place.name}`);
    this.kubelet = new Kubelet({
      context: kubelet,
      client: new ApiClient(kubelet, log, { ...environment.client, session }, server),
      reader: new WatchReader(kubelet, log, { kinds: ["Pod"], delay: watchDelivery, podsOfNode: place.name, session }),
      nodeName: place.name,
      session,
      place,
      network,
      ipam: new HostLocal(podRange),
      processFor: environment.processFor,
      delays: environment.kubeletDelays,
      behaviour,
      images: new ImageStore(),
    });
    this.dataPlane = environment.dataPlaneFor(this.context, place, session);
    place.translator = this.dataPlane.rules;
    this.kubelet.start();
    this.nodeLocalDns = environment.nodeLocalDnsFor(this.context, place, session);
    this.nodeLocalDns?.start();
    this.components.set(this.dataPlane.component, processOf(this.dataPlane, this.context));
    if (this.nodeLocalDns !== null) this.components.set(this.nodeLocalDns.component, this.nodeLocalDns);
  }
}

/** However its process ends, a data plane leaves its rules behind. */
function processOf(dataPlane: ServiceDataPlane, node: Context): Component {
  return {
    stop: () => {
      if (!node.alive || !dataPlane.running) return false;
      dataPlane.crash(node.now);
      return true;
    },
    start: () => {
      if (node.alive && !dataPlane.running) dataPlane.start(node.now);
    },
  };
}
