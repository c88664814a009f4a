import { expect, test } from "vitest";
import { clusterDnsAddress, dnsDeployment, dnsService } from "../../../src/dns/addon/kube-dns.js";
import { CLIENT_CACHES } from "../../../src/dns/client/cache/client-caches.js";
import { formatAddress } from "../../../src/model/address.js";
import { matches, matchesLabels } from "../../../src/model/labels.js";
import { SERVICE_RANGE } from "../cluster.js";

test("kube-dns has the tenth address of the service range and selects the pods of coredns", () => {
  const service = dnsService(SERVICE_RANGE);
  const { spec } = dnsDeployment(2);
  expect(formatAddress(clusterDnsAddress(SERVICE_RANGE))).toBe("10.96.0.10");
  expect(service.spec.clusterIP).toBe(clusterDnsAddress(SERVICE_RANGE));
  expect(matchesLabels(service.spec.selector!, spec.template.labels)).toBe(true);
  expect(matches(spec.selector, spec.template.labels)).toBe(true);
  expect(service.spec.ports.map(({ port, protocol }) => `${protocol} ${port}`)).toEqual([
    "UDP 53",
    "TCP 53",
    "TCP 9153",
  ]);
});

test("coredns is kubeadm's Deployment", () => {
  const { spec } = dnsDeployment(3);
  expect(spec.replicas).toBe(3);
  expect(spec.rollingUpdate).toEqual({ maxSurge: "25%", maxUnavailable: 1 });
  expect(spec.template.spec).toMatchObject({ terminationGracePeriodSeconds: 30, dnsPolicy: "Default" });
  expect(spec.template.spec.containers).toHaveLength(1);
  expect(spec.template.spec.containers[0]).toMatchObject({ cpu: 100, memory: 73_400_320 });
  expect(spec.template.spec.containers[0]!.readinessProbe).toMatchObject({ periodSeconds: 10, failureThreshold: 3 });
});

test("client caches have distinct names", () => {
  const names = CLIENT_CACHES.map(({ name }) => name);
  expect(names[0]).toBe("none");
  expect(new Set(names).size).toBe(names.length);
});
