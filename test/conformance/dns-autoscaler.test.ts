/** Statements about the add-on that sets the number of CoreDNS replicas. */
import { expect, test } from "vitest";
import { WatchReader } from "../../src/apiserver/reader.js";
import { DnsAutoscaler, linearReplicas } from "../../src/control-plane/dns-autoscaler.js";
import { DNS_DEPLOYMENT, DNS_NAMESPACE, dnsDeployment } from "../../src/dns/addon/kube-dns.js";
import { compile, constant } from "../../src/engine/distribution.js";
import { MILLISECOND, SECOND } from "../../src/engine/duration.js";
import { objectKey } from "../../src/model/objects.js";
import { Harness } from "../control-plane/harness.js";
import { node } from "../control-plane/objects.js";

const KEY = objectKey(DNS_NAMESPACE, DNS_DEPLOYMENT);
const SETTINGS = { coresPerReplica: 256, nodesPerReplica: 16, preventSinglePointFailure: true, min: 1, max: null };

/** A cluster of so many nodes with 4 cores each, and the autoscaler. */
function cluster(nodes: number, startAt = 0): Harness {
  const harness = new Harness({ startAt });
  harness.put(dnsDeployment(2));
  for (let number = 1; number <= nodes; number++) addNode(harness, number);
  const delay = compile(constant(15 * MILLISECOND));
  const context = harness.context.child("dns-autoscaler");
  const reader = new WatchReader(context, harness.log, { kinds: ["Node", "Deployment"], delay });
  new DnsAutoscaler(context, reader, harness.clientFor("dns-autoscaler"), { settings: SETTINGS, deployment: KEY });
  reader.start();
  return harness;
}

function addNode(harness: Harness, number: number): void {
  const made = node(`node-${number}`);
  harness.put({ ...made, capacity: { ...made.capacity, cpu: 4000 } });
}

function replicas(harness: Harness): number {
  return harness.log.get("Deployment", KEY)!.object.spec.replicas;
}

test("DNS-52 a replica for each 16 nodes or 256 cores, two at least", () => {
  const counts = [2, 16, 32, 33, 48, 49].map((nodes) => linearReplicas(SETTINGS, { nodes, cores: 4 * nodes }));
  expect(counts).toEqual([2, 2, 2, 3, 3, 4]);
  expect(linearReplicas(SETTINGS, { nodes: 3, cores: 513 })).toBe(3);
});

test("DNS-52 looks every 10 s: new nodes and foreign hands are answered at its next look", () => {
  const harness = cluster(32);
  harness.run(60 * SECOND);
  expect([replicas(harness), harness.simulation.pendingControl]).toEqual([2, 0]);
  harness.at(61 * SECOND, () => addNode(harness, 33));
  harness.run(80 * SECOND);
  expect(replicas(harness)).toBe(3);
  const [first] = harness.commitsOf("Deployment", 61 * SECOND);
  const look = first!.time % (10 * SECOND);
  harness.change("Deployment", KEY, (deployment) => ({ ...deployment, spec: { ...deployment.spec, replicas: 7 } }));
  harness.run(100 * SECOND);
  const [foreign, repaired] = harness.commitsOf("Deployment", 80 * SECOND);
  expect([foreign?.time, replicas(harness)]).toEqual([80 * SECOND, 3]);
  expect(repaired!.time % (10 * SECOND)).toBe(look);
  expect(repaired!.time - 80 * SECOND).toBeLessThanOrEqual(10 * SECOND + 5 * MILLISECOND);
  expect(harness.simulation.facts.parentOf(repaired!.revision.fact)).toBe(foreign!.revision.fact);
  expect(harness.simulation.pendingControl).toBe(0);
});

test("DNS-52 unschedulable nodes do not count, and the status of the Deployment is no reason to look", () => {
  const harness = cluster(33);
  harness.run(20 * SECOND);
  expect(replicas(harness)).toBe(3);
  harness.change("Node", "node-33", (found) => ({ ...found, spec: { ...found.spec, unschedulable: true } }));
  harness.run(40 * SECOND);
  expect(replicas(harness)).toBe(2);
  const before = harness.simulation.dispatched;
  harness.change("Deployment", KEY, (found) => ({ ...found, status: { ...found.status, ready: 2 } }));
  harness.run(60 * SECOND);
  // the deliveries to the reader of the autoscaler and nothing more
  expect(harness.simulation.dispatched - before).toBeLessThanOrEqual(2);
});

test("DNS-52 before time zero it brings the Deployment to its size", () => {
  const harness = cluster(100, -3600 * SECOND);
  harness.run(0);
  expect(replicas(harness)).toBe(7);
});
