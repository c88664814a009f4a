/**
 * From a pod to its endpoint: who belongs into a slice, with which conditions, and on which ports
 * (endpointslice `utils.go` and `reconciler.go`, 1.36).
 */
import { type Endpoint, type EndpointPort, isTerminal, type Pod, type Service } from "../model/objects.js";

/**
 * The endpoint of a pod; null when the pod has no address yet or its containers will not run again. Terminating pods
 * stay endpoints. `zone` is that of the pod's node.
 */
export function endpointOf(service: Service, pod: Pod, zone: string): Endpoint | null {
  const { podIP } = pod.status;
  if (podIP === null || isTerminal(pod)) return null;
  const serving = pod.status.ready.status;
  const terminating = pod.metadata.deletionTimestamp !== null;
  return {
    address: podIP,
    pod: pod.metadata.name,
    nodeName: pod.spec.nodeName,
    zone,
    hostname: pod.spec.subdomain === service.metadata.name ? pod.spec.hostname : "",
    ready: service.spec.publishNotReadyAddresses || (serving && !terminating),
    serving,
    terminating,
  };
}

/** The Service's ports as this pod serves them; a named target port that the pod does not have is left out. */
export function endpointPorts(service: Service, pod: Pod): EndpointPort[] {
  const ports: EndpointPort[] = [];
  for (const { name, protocol, targetPort } of service.spec.ports) {
    const port = typeof targetPort === "number" ? targetPort : namedPort(pod, targetPort, protocol);
    if (port !== null) ports.push({ name, port, protocol });
  }
  return ports;
}

function namedPort(pod: Pod, name: string, protocol: string): number | null {
  for (const container of pod.spec.containers) {
    for (const port of container.ports) if (port.name === name && port.protocol === protocol) return port.containerPort;
  }
  return null;
}

/** Whether both texts stand for the same pod behind the same address. */
export function isSameEndpoint(x: Endpoint, y: Endpoint): boolean {
  return x.address === y.address && x.pod === y.pod && x.hostname === y.hostname;
}

export function equalEndpoints(x: Endpoint, y: Endpoint): boolean {
  return (
    isSameEndpoint(x, y) &&
    x.nodeName === y.nodeName &&
    x.zone === y.zone &&
    x.ready === y.ready &&
    x.serving === y.serving &&
    x.terminating === y.terminating
  );
}
