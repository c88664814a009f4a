import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { matches } from "../../src/model/labels.js";
import { type Container, newMetadata, type PodTemplate } from "../../src/model/objects.js";
import {
  buildContainer,
  buildDeployment,
  buildNamespace,
  buildPod,
  buildPodSpec,
  buildReplicaSet,
  buildService,
} from "../support/objects.js";
import { loadText, type ObjectsByKind, webManifests } from "./load-fixture.js";
import { manifestDocuments } from "./manifest-documents.js";

/** Names that YAML readers like to take for something else are among them. */
const name = fc.oneof(
  fc.constantFrom("on", "no", "y", "null", "true", "1e3", "0644", "0x1f", "12", "constructor"),
  fc.stringMatching(/^[a-z0-9]([-a-z0-9]{0,8}[a-z0-9])?$/),
);
const labelName = fc.stringMatching(/^[a-z]([-a-z0-9]{0,8}[a-z0-9])?$/);
const labels = fc.dictionary(
  fc.oneof(
    name,
    labelName.map((key) => `x.org/${key}`),
  ),
  fc.oneof(name, fc.constant("")),
  {
    noNullPrototype: true,
    maxKeys: 3,
  },
);
const annotations = fc.dictionary(name, fc.string({ maxLength: 12, unit: "grapheme-ascii" }), {
  noNullPrototype: true,
  maxKeys: 2,
});
const portName = fc.constantFrom("", "http", "a", "grpc-web");
const protocol = fc.constantFrom("TCP" as const, "UDP" as const);
const port = fc.integer({ min: 1, max: 65535 });
const small = fc.integer({ min: 1, max: 300 });

const container: fc.Arbitrary<Container> = fc
  .record<Partial<Container>>({
    name: labelName,
    image: fc.constantFrom("web:v1", "a/b@sha256:00", "1.5", "no"),
    ports: fc.uniqueArray(fc.record({ name: portName, containerPort: port, protocol }), {
      selector: (each) => each.name,
      maxLength: 3,
    }),
    cpu: fc.nat(64_000),
    memory: fc.nat(),
    readinessProbe: fc.option(
      fc
        .record({
          initialDelaySeconds: fc.nat(60),
          periodSeconds: small,
          timeoutSeconds: small,
          successThreshold: small,
          failureThreshold: small,
        })
        .chain((times) => fc.constantFrom(times, { ...times, exec: true as const })),
    ),
    preStopSleepSeconds: fc.option(fc.nat(20)),
  })
  .map(buildContainer);

const template: fc.Arbitrary<PodTemplate> = fc
  .record({
    labels,
    annotations,
    spec: fc
      .record({
        containers: fc.uniqueArray(container, { selector: (each) => each.name, minLength: 1, maxLength: 2 }),
        nodeName: fc.constantFrom("", "node-1"),
        nodeSelector: labels,
        tolerations: fc.array(
          fc.oneof(
            fc.constant({ key: "", operator: "Exists", value: "", effect: "", tolerationSeconds: null } as const),
            fc.record({
              key: labelName,
              operator: fc.constant("Equal" as const),
              value: name,
              effect: fc.constant("NoExecute" as const),
              tolerationSeconds: fc.option(fc.nat(300)),
            }),
          ),
          { maxLength: 2 },
        ),
        terminationGracePeriodSeconds: fc.integer({ min: 20, max: 100 }),
        hostname: fc.constantFrom("", "no"),
        subdomain: fc.constantFrom("", "12"),
        hostNetwork: fc.boolean(),
        dnsPolicy: fc.constantFrom("ClusterFirst" as const, "ClusterFirstWithHostNet" as const, "Default" as const),
      })
      .map(buildPodSpec),
    volumes: fc.constantFrom({}, { mountsVolumes: false as const }),
    dnsConfig: fc.option(
      fc.record({
        nameservers: fc.array(fc.integer({ min: 0, max: 4_294_967_295 }), { maxLength: 3 }),
        searches: fc.array(fc.constantFrom("a.example", "no", "b_c.example."), { maxLength: 3 }),
        options: fc.array(
          fc.record({ name: fc.constantFrom("ndots", "single-request"), value: fc.constantFrom(null, "2", "on") }),
          { maxLength: 2 },
        ),
      }),
    ),
  })
  .map(({ dnsConfig, volumes, ...each }) => ({
    ...each,
    spec: { ...each.spec, ...volumes, ...(dnsConfig === null ? {} : { dnsConfig }) },
  }));

const metadata = fc
  .record({ name, labels, annotations })
  .map(({ name, labels, annotations }) => ({ ...newMetadata("shop", name, labels), annotations }));

const workload = fc.record({ replicas: fc.nat(50), template, minReadySeconds: fc.nat(30) }).map((spec) => ({
  ...spec,
  template: { ...spec.template, labels: { ...spec.template.labels, app: "x" } },
  selector: {
    matchLabels: { app: "x" },
    matchExpressions: [
      { key: "app", operator: "In" as const, values: ["x", "on"] },
      { key: "gone", operator: "DoesNotExist" as const, values: [] },
    ],
  },
}));
const share = fc.oneof(fc.integer({ min: 1, max: 9 }), fc.constantFrom("10%", "100%"));

const objects: fc.Arbitrary<ObjectsByKind> = fc.record({
  namespaces: fc.constant(
    ["shop", "default", "kube-system"].map((each) => buildNamespace(each, { "kubernetes.io/metadata.name": each })),
  ),
  deployments: fc.uniqueArray(
    fc
      .record({
        metadata,
        spec: workload,
        rollingUpdate: fc.option(fc.record({ maxSurge: share, maxUnavailable: share })),
      })
      .map(({ metadata, spec, rollingUpdate }) =>
        buildDeployment(metadata.name, { ...spec, rollingUpdate }, { change: metadata }),
      ),
    { selector: (each) => each.metadata.name, maxLength: 2 },
  ),
  replicaSets: fc.uniqueArray(
    fc
      .record({ metadata, spec: workload })
      .map(({ metadata, spec }) => buildReplicaSet(metadata.name, spec, { change: metadata })),
    { selector: (each) => each.metadata.name, maxLength: 2 },
  ),
  pods: fc.uniqueArray(
    fc
      .record({ metadata, template })
      .map(({ metadata, template }) => buildPod(metadata.name, { change: metadata, spec: template.spec })),
    { selector: (each) => each.metadata.name, maxLength: 2 },
  ),
  services: fc.uniqueArray(
    fc
      .record({
        metadata,
        selector: fc.option(labels),
        clusterIP: fc.constantFrom(null, "None" as const),
        ports: fc.uniqueArray(
          fc.record({ name: labelName, port, targetPort: fc.oneof(port, fc.constantFrom("http", "a")), protocol }),
          { selector: (each) => each.name, minLength: 1, maxLength: 3 },
        ),
        publishNotReadyAddresses: fc.boolean(),
      })
      .map(({ metadata, ports, selector, ...spec }) =>
        buildService(
          metadata.name,
          {
            ...spec,
            selector: selector === null || Object.keys(selector).length === 0 ? null : selector,
            ports: ports.filter((each, index) => ports.findIndex((other) => other.port === each.port) === index),
          },
          { change: metadata },
        ),
      ),
    { selector: (each) => each.metadata.name, maxLength: 2 },
  ),
});

function textOf(documents: readonly object[]): string {
  return documents
    .map((each) => stringify(each, { aliasDuplicateObjects: false, compat: "yaml-1.1", lineWidth: 0 }))
    .join("---\n");
}

function read(text: string) {
  const { objects, manifests, said } = loadText(text);
  expect(said.filter((each) => each.includes("error"))).toEqual([]);
  return { objects, completed: textOf(manifests.documents) };
}

describe("a completed manifest", () => {
  test("gives the object that the manifest gives, and is complete", () => {
    fc.assert(
      fc.property(objects, (given) => {
        const first = read(textOf(manifestDocuments(Object.values(given).flat())));
        expect(first.objects).toEqual(given);
        const again = read(first.completed);
        expect(again.objects).toEqual(given);
        expect(again.completed).toBe(first.completed);
      }),
      { seed: 4, numRuns: 200 },
    );
  });

  test("selectors in the property do match", () => {
    fc.assert(
      fc.property(workload, (spec) => {
        expect(matches(spec.selector, spec.template.labels)).toBe(true);
      }),
      { seed: 4, numRuns: 20 },
    );
  });

  test("has what the API server fills in, and nothing that is not read", () => {
    const { completed } = read(
      webManifests(
        "image: web:v1",
        "image: web:v1\n          env: [{name: PASSWORD, value: secret}]\n          livenessProbe: {exec: {command: [x]}}",
      ),
    );
    expect(completed).not.toMatch(/secret|livenessProbe/);
    expect(completed).toContain("terminationGracePeriodSeconds: 30");
    expect(completed).toMatch(/readinessProbe:\n(.*\n)+? +timeoutSeconds: 1\n/);
    expect(completed).toMatch(/strategy:\n +type: RollingUpdate\n +rollingUpdate:\n +maxSurge: 25%/);
    expect(completed).toMatch(/namespace: default/);
  });

  test("takes null for left out, as the API server does: with a default, without, and where a map is due", () => {
    const nulls = webManifests("  replicas: ", "  minReadySeconds: null\n  strategy: null\n  replicas: ")
      .replace("image: web:v1", "image: web:v1\n          resources: null")
      .replace(/(metadata:\n {2}name: web\n)/g, "$1  namespace: null\n  annotations: null\n");
    expect(nulls.match(/: null/g)).toHaveLength(7);
    const [given, without] = [nulls, webManifests()].map((text) => loadText(text));
    expect(given!.said).toEqual([]);
    expect(given!.objects).toEqual(without!.objects);
    expect(given!.manifests.documents).toEqual(without!.manifests.documents);
  });

  test("holds what is empty, for Kubernetes refuses some of it", () => {
    const { said } = loadText(webManifests("    matchLabels: {app: web}\n", "    matchLabels: null\n"));
    expect(said).toEqual([expect.stringContaining("an empty selector would match every pod")]);
    expect(
      read(webManifests("sleep: {seconds: 5}", "").replace("preStop:", "postStart: {exec: {command: [x]}}")).completed,
    ).toContain("lifecycle: {}");
  });

  test.each([
    ["sleeps beyond the grace period", 'exec: {command: [sleep, "40"]}', 40],
    ["sleeps in a shell", 'exec: {command: [sh, -c, "sleep 40"]}', 40],
    ["does something else", "exec: {command: [nginx, -s, quit]}", null],
    ["asks over HTTP", "httpGet: {path: /, port: 80}", null],
  ])("keeps a hook that %s as it was written", (_, hook, seconds) => {
    const first = read(webManifests("sleep: {seconds: 5}", hook));
    const again = read(first.completed);
    expect(again.objects).toEqual(first.objects);
    expect(again.objects.deployments[0]!.spec.template.spec.containers[0]!.preStopSleepSeconds).toBe(seconds);
  });

  test.each([
    ["a ClusterIP", "  selector: {app: web}\n  clusterIP: 10.96.0.7\n"],
    ["a NodePort, which is not simulated", "  selector: {app: web}\n  type: NodePort\n"],
    ["an alias", "  type: ExternalName\n  externalName: example.com\n"],
    ["no selector", ""],
  ])("of a Service with %s gives it again", (_, spec) => {
    const first = read(webManifests("  selector: {app: web}\n", spec));
    expect(read(first.completed).objects).toStrictEqual(first.objects);
  });

  test.each(["limits: {cpu: 2, memory: 1Gi}", "requests: {cpu: 1}\n            limits: {cpu: 2}"])(
    "keeps requests that follow from limits: %s",
    (resources) => {
      const first = read(
        webManifests("image: web:v1", `image: web:v1\n          resources:\n            ${resources}`),
      );
      expect(read(first.completed).objects).toEqual(first.objects);
    },
  );
});
