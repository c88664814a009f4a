/** Indexes over the objects of all manifests, for the references between them. */
import type { Address } from "../../model/address.js";
import { type ApiObject, objectsOf, type Service } from "../../model/objects.js";
import { type PodPrototype, podPrototypesOf } from "../../model/workload.js";
import type { ObjectsAround } from "../kinds/kind.js";

export function objectsAround(objects: readonly ApiObject[]): ObjectsAround {
  const pods = new Map<string, PodPrototype[]>();
  for (const pod of podPrototypesOf(objects)) {
    const others = pods.get(pod.namespace);
    if (others === undefined) pods.set(pod.namespace, [pod]);
    else others.push(pod);
  }
  const addresses = new Map<Address, Service>();
  for (const service of objectsOf(objects, "Service")) {
    const { clusterIP } = service.spec;
    if (typeof clusterIP === "number" && !addresses.has(clusterIP)) addresses.set(clusterIP, service);
  }
  return {
    podsIn: (namespace) => pods.get(namespace) ?? [],
    serviceAt: (address) => addresses.get(address) ?? null,
  };
}
