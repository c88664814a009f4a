import { describe, expect, test } from "vitest";
import { loadText } from "./load-fixture.js";

const POD = (lines: string) => `apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
${lines}
  containers: [{name: web, image: web}]
`;

describe("whether a pod has volumes that its start waits for", () => {
  test.each([
    ["has the token of its service account", "", undefined],
    ["says so", "  automountServiceAccountToken: true", undefined],
    ["goes without a token", "  automountServiceAccountToken: false", false],
    ["goes without, and has none else", "  automountServiceAccountToken: false\n  volumes: []", false],
    [
      "goes without, and has another",
      "  automountServiceAccountToken: false\n  volumes: [{name: data, emptyDir: {}}]",
      undefined,
    ],
  ])("one that %s", (_, lines, expected) => {
    const { objects, manifests } = loadText(POD(lines));
    expect(objects.pods[0]?.spec.mountsVolumes).toBe(expected);
    // what scenario.resolved.yaml shows gives the same
    const again = loadText(manifests.documents.map((manifest) => JSON.stringify(manifest)).join("\n---\n"));
    expect(again.objects.pods[0]?.spec.mountsVolumes).toBe(expected);
    expect(again.said.filter((line) => line.includes(" error "))).toEqual([]);
  });
});

describe("a readiness probe", () => {
  test.each([
    ["exec: {command: [cat, /ready]}", true],
    ["httpGet: {path: /, port: 8080}", undefined],
    ["tcpSocket: {port: 8080}", undefined],
    ["grpc: {port: 8080}", undefined],
  ])("with %s runs a command or asks over the network", (handler, expected) => {
    const text = POD("").replace("image: web", `image: web, readinessProbe: {${handler}}`);
    expect(loadText(text).objects.pods[0]?.spec.containers[0]?.readinessProbe?.exec).toBe(expected);
  });
});
