/** Clients of a cluster with NodeLocal DNSCache are answered on their own node. */
import { describe, expect, test } from "vitest";
import { ScenarioRun } from "../../src/assembly/run.js";
import { MILLISECOND, SECOND } from "../../src/engine/duration.js";
import type { DnsRow } from "../../src/model/result.js";
import { open } from "../support/open.js";

/** A run of 60 s with ten requests a second to web; CoreDNS has no cache for cluster names. */
function finished(churn = "", enabled = true): ScenarioRun {
  const run = new ScenarioRun(
    open(`apiVersion: kubechurn/v1alpha1
kind: Scenario
metadata: {name: node-local}
spec:
  duration: 60s
  sampling: {requests: all}
  cluster: {components: {nodeLocalDNS: {enabled: ${enabled}}}}
  traffic: [{to: web, rps: 10}]
  churn: [${churn}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: main, image: "web:v1", ports: [{containerPort: 8080}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
`),
    0,
  );
  while (run.advance(10_000));
  return run;
}

const rowsOf = (run: ScenarioRun): readonly DnsRow[] => [...run.finish().lookups];

/** Lookups between two times, in seconds. */
const between = (run: ScenarioRun, from: number, to: number): readonly DnsRow[] =>
  rowsOf(run).filter(({ t }) => t >= from * SECOND && t < to * SECOND);

describe("NodeLocal DNSCache", () => {
  test("answers on the client's own node, and from its cache from the second lookup on", () => {
    const run = finished();
    for (const { name } of run.cluster.topology.nodes) {
      const own = rowsOf(run).filter(({ clientPod }) => clientPod.endsWith(name));
      expect(new Set(own.map(({ server }) => server))).toEqual(new Set([`kube-system/node-local-dns-${name}`]));
      const [first, second] = own;
      // the node has asked CoreDNS over TCP: a handshake, then the question
      expect(first).toMatchObject({ status: "ok", answeredBy: "forward", answerAge: 0 });
      expect(first!.duration).toBeGreaterThanOrEqual(4 * 20 + 40);
      expect(second).toMatchObject({ status: "ok", answeredBy: "cache", duration: 40 });
      expect(second!.answerAge).toBe(Math.floor((second!.t - first!.t) / SECOND) * SECOND);
      expect(Math.max(...own.map(({ answerAge }) => answerAge))).toBeLessThanOrEqual(30 * SECOND);
    }
  });

  test("asks CoreDNS through a Service of its own; without it there is none", () => {
    const upstream = "kube-system/kube-dns-upstream";
    const { log, nodes } = finished().cluster;
    const [own, kubeDns] = [upstream, "kube-system/kube-dns"].map((key) => log.get("Service", key)?.object.spec);
    expect(own).toMatchObject({ selector: kubeDns!.selector });
    expect(own!.clusterIP).not.toBe(kubeDns!.clusterIP);
    expect(nodes.map(({ nodeLocalDns }) => nodeLocalDns?.running)).toEqual([true, true, true]);
    const without = finished("", false);
    expect(without.cluster.log.get("Service", upstream)).toBe(null);
    expect(without.cluster.nodes.map(({ nodeLocalDns }) => nodeLocalDns)).toEqual([null, null, null]);
    expect(rowsOf(without).every(({ server }) => server.startsWith("kube-system/coredns-"))).toBe(true);
  });

  test("stops for 20 s without anybody noticing more than another server", () => {
    const run = finished("{restart-component: node-local-dns}");
    expect(run.finish().totals.failed).toBe(0);
    const servers = (from: number, to: number): boolean[] =>
      between(run, from, to).map(({ server }) => server.startsWith("kube-system/node-local-dns-"));
    expect(new Set(servers(0, 10))).toEqual(new Set([true]));
    expect(new Set(servers(10, 30))).toEqual(new Set([false]));
    expect(new Set(servers(30, 60))).toEqual(new Set([true]));
  });

  test("killed on one node, it leaves that node without DNS until it runs again", () => {
    const run = finished("{restart-component: {component: node-local-dns, stop: kill, name: node-2}}");
    const failed = rowsOf(run).filter(({ status }) => status !== "ok");
    const during = between(run, 10, 30).filter(({ clientPod }) => clientPod.endsWith("node-2"));
    expect(failed.length).toBeGreaterThan(20);
    expect(failed).toEqual(during);
    expect(failed.every(({ duration }) => duration < MILLISECOND)).toBe(true);
    expect(run.finish().totals.causes.map(({ cause }) => cause)).toEqual(["dns-unavailable"]);
  });

  test("ends with its node", () => {
    const run = finished("{crash-node: node-1}, {at: 15s, restart-component: node-local-dns}");
    expect(run.cluster.nodes.map(({ nodeLocalDns }) => nodeLocalDns?.running)).toEqual([false, true, true]);
  });

  test("is the same twice", () => {
    const churn = "{restart-component: {component: node-local-dns, stop: kill, mode: one}, downtime: 5s}";
    expect(finished(churn).finish().fingerprint).toBe(finished(churn).finish().fingerprint);
  });
});
