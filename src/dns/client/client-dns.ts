/** What a client program finds names with: its resolver, the order in which it takes addresses, and its cache in front. */

import type { Context } from "../../engine/context.js";
import type { Address } from "../../model/address.js";
import type { ClientResolver } from "../../model/dns.js";
import type { Place } from "../../model/flow.js";
import type { ClientSettings } from "../../model/scenario.js";
import type { Network } from "../../network/network.js";
import { CLIENT_CACHES } from "./cache/client-caches.js";
import { withAddressOrder } from "./resolver/address-order.js";
import { resolverNamed } from "./resolver/resolvers.js";
import { createClusterTransport } from "./transport/cluster-transport.js";

export interface ClientDnsOptions {
  /** The program's context: what it had planned ends with it. */
  readonly context: Context;
  readonly network: Network;
  readonly source: Place;
  readonly sourceAddress: Address;
  /** Text of the pod's /etc/resolv.conf. */
  readonly resolvConf: string;
  readonly client: ClientSettings;
}

/** Throws when the settings name a resolver or a cache that does not exist: the scenario loader has checked them. */
export function createClientResolver(options: ClientDnsOptions): ClientResolver {
  const { context, network, source, sourceAddress, resolvConf } = options;
  const { resolver, addressOrder, cache, raceLoss = 0 } = options.client;
  const transport = createClusterTransport({ context, network, source, sourceAddress, raceLoss });
  const resolve = resolverNamed(resolver).create(resolvConf, transport, context);
  const kept = CLIENT_CACHES.find(({ name }) => name === cache.type);
  if (kept === undefined) throw new Error(`there is no client cache ${cache.type}`);
  return kept.wrap(withAddressOrder(addressOrder, sourceAddress, resolve), context, cache);
}
