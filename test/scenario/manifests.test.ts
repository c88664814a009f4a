import { describe, expect, test } from "vitest";
import { parseAddress } from "../../src/model/address.js";
import { buildContainer, buildPodSpec } from "../support/objects.js";
import { loadText, webManifests } from "./load-fixture.js";

describe("defaults of the API server", () => {
  const { objects } = loadText(webManifests());

  test("Deployment", () => {
    const [web] = objects.deployments;
    expect(web).toMatchObject({
      kind: "Deployment",
      metadata: {
        namespace: "default",
        name: "web",
        labels: { app: "web" },
        annotations: {},
        generation: 1,
        owner: null,
      },
      spec: {
        replicas: 3,
        minReadySeconds: 0,
        rollingUpdate: { maxSurge: "25%", maxUnavailable: "25%" },
        selector: { matchLabels: { app: "web" }, matchExpressions: [] },
      },
    });
    expect(web!.spec.template.spec).toEqual(
      buildPodSpec({
        containers: [
          buildContainer({
            name: "web",
            ports: [{ name: "http", containerPort: 8080, protocol: "TCP" }],
            readinessProbe: {
              initialDelaySeconds: 0,
              periodSeconds: 5,
              timeoutSeconds: 1,
              successThreshold: 1,
              failureThreshold: 3,
            },
            preStopSleepSeconds: 5,
          }),
        ],
      }),
    );
  });

  test("Service", () => {
    expect(objects.services[0]!.spec).toEqual({
      selector: { app: "web" },
      ports: [{ name: "", port: 80, targetPort: "http", protocol: "TCP" }],
      clusterIP: null,
      publishNotReadyAddresses: false,
    });
  });

  test("replicas, target ports and zeroes in probes", () => {
    expect(loadText(webManifests("  replicas: 3\n", "")).objects.deployments[0]!.spec.replicas).toBe(1);
    expect(loadText(webManifests("      targetPort: http\n", "")).objects.services[0]!.spec.ports[0]!.targetPort).toBe(
      80,
    );
    const zero = loadText(webManifests("periodSeconds: 5", "periodSeconds: 0")).objects.deployments[0]!;
    expect(zero.spec.template.spec.containers[0]!.readinessProbe!.periodSeconds).toBe(10);
  });

  test("requests come from limits when there are none", () => {
    const resources = "resources: {requests: {memory: 64Mi}, limits: {cpu: 1.5, memory: 128Mi}}";
    const { objects } = loadText(webManifests("image: web:v1", `image: web:v1\n          ${resources}`));
    expect(objects.deployments[0]!.spec.template.spec.containers[0]).toMatchObject({ cpu: 1500, memory: 67108864 });
  });

  test("namespaces that are used exist", () => {
    const names = (text: string) => loadText(text).objects.namespaces.map((each) => each.metadata.name);
    expect(names(webManifests())).toEqual(["default", "kube-system"]);
    expect(names(webManifests("name: web\n  labels", "name: web\n  namespace: shop\n  labels"))).toEqual([
      "default",
      "kube-system",
      "shop",
    ]);
    expect(names(`apiVersion: v1\nkind: Namespace\nmetadata: {name: b}\n---\n${webManifests()}`)).toEqual([
      "b",
      "default",
      "kube-system",
    ]);
  });

  test("static and absent addresses", () => {
    const clusterIP = (text: string) =>
      loadText(webManifests("  selector: {app: web}\n", `  selector: {app: web}\n  ${text}\n`)).objects.services[0]!
        .spec.clusterIP;
    expect(clusterIP("clusterIP: 10.96.0.20")).toBe(parseAddress("10.96.0.20"));
    expect(clusterIP("clusterIPs: [10.96.0.20]")).toBe(parseAddress("10.96.0.20"));
    expect(clusterIP("clusterIP: None")).toBe("None");
    expect(clusterIP('clusterIP: ""')).toBeNull();
  });

  test("Recreate has no rolling update", () => {
    const { objects, said } = loadText(webManifests("  replicas: 3", "  replicas: 3\n  strategy: {type: Recreate}"));
    expect(said).toEqual([]);
    expect(objects.deployments[0]!.spec.rollingUpdate).toBeNull();
  });

  test("bare pods and ReplicaSets are read, those of controllers left out", () => {
    const pod = (metadata: string) =>
      `apiVersion: v1\nkind: Pod\nmetadata: ${metadata}\nspec: {nodeName: node, containers: [{name: a, image: b}]}\n`;
    const owner = "ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: x, uid: u, controller: true}]";
    expect(loadText(pod("{name: a}")).objects.pods[0]!.spec.nodeName).toBe("node");
    const owned = loadText(pod(`{name: a, ${owner}}`));
    expect(owned.objects.pods).toEqual([]);
    expect(owned.said).toEqual(["0:0 warning : 1 field or kind without effect on the simulation: owned Pods"]);
  });

  test("ExternalName Services are aliases: they have no address and select nothing", () => {
    const { objects, said } = loadText(
      "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {type: ExternalName, externalName: B.example., selector: {app: web}}\n",
    );
    expect(said).toEqual([]);
    expect(objects.services.map(({ spec }) => spec)).toEqual([
      { selector: null, ports: [], clusterIP: null, publishNotReadyAddresses: false, externalName: "b.example" },
    ]);
  });

  test.each([
    ["externalName: a..b", 'error spec.externalName: "a..b" is no DNS name'],
    [
      "clusterIP: 10.96.0.9, externalName: b.example",
      "error spec.clusterIP: a Service of type ExternalName has no clusterIP",
    ],
    ["selector: {app: web}", "error spec.externalName: a Service of type ExternalName needs an externalName"],
  ])("ExternalName with %s", (fields, message) => {
    const { said } = loadText(
      `apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {type: ExternalName, ${fields}}\n`,
    );
    expect(said.join("\n")).toContain(message);
  });
});

describe("what the API server refuses", () => {
  test.each([
    ["name: web\n  labels", "name: Web\n  labels", '4:9 error metadata.name: "Web" is no valid name'],
    ["name: web\n  labels", "labels", "3:1 error metadata.name: a name is required"],
    [
      "name: web\n  labels",
      "name: web\n  namespace: a.b\n  labels",
      '5:14 error metadata.namespace: "a.b" is no valid name',
    ],
    [
      "labels: {app: web}\nspec",
      "labels: {a b: web}\nspec",
      '5:17 error metadata.labels["a b"]: "a b" is no valid label key',
    ],
    [
      "labels: {app: web}\nspec",
      "labels: {app: -web}\nspec",
      '5:17 error metadata.labels.app: "-web" is no valid label value',
    ],
    ["replicas: 3", "replicas: -1", "7:13 error spec.replicas: must be at least 0, not -1"],
    ["replicas: 3", "minReadySeconds: -1", "7:20 error spec.minReadySeconds: must be at least 0, not -1"],
    [
      "matchLabels: {app: web}",
      "matchLabels: {app: api}",
      "8:3 error spec.selector: the selector does not match the template's labels",
    ],
    ["matchLabels: {app: web}", "matchLabels: {}", "8:3 error spec.selector: an empty selector would match every pod"],
    [
      "matchLabels: {app: web}",
      "matchLabels: {app: web}\n    matchExpressions: [{key: app, operator: Exists, values: [a]}]",
      "10:61 error spec.selector.matchExpressions[0].values: Exists takes no values",
    ],
    [
      "replicas: 3",
      "strategy: {rollingUpdate: {maxSurge: 0, maxUnavailable: 0%}}",
      "7:29 error spec.strategy.rollingUpdate: maxSurge and maxUnavailable cannot both be 0",
    ],
    [
      "replicas: 3",
      "strategy: {rollingUpdate: {maxSurge: many}}",
      '7:40 error spec.strategy.rollingUpdate.maxSurge: must be a count or a percentage, not "many"',
    ],
    [
      "replicas: 3",
      "strategy: {rollingUpdate: {maxUnavailable: 101%}}",
      "7:46 error spec.strategy.rollingUpdate.maxUnavailable: cannot be more than 100%",
    ],
    [
      "replicas: 3",
      "strategy: {type: Recreate, rollingUpdate: {maxSurge: 1}}",
      "7:45 error spec.strategy.rollingUpdate: has no place in the strategy Recreate",
    ],
    [
      "replicas: 3",
      "strategy: {type: BlueGreen}",
      '7:20 error spec.strategy.type: must be one of RollingUpdate, Recreate, not "BlueGreen"',
    ],
    [
      "      containers:\n",
      "      restartPolicy: Never\n      containers:\n",
      "14:22 error spec.template.spec.restartPolicy: must be Always in a template of replicated pods",
    ],
    ["image: web:v1", 'image: ""', "16:18 error spec.template.spec.containers[0].image: an image is required"],
    [
      "containerPort: 8080",
      "containerPort: 65536",
      "17:47 error spec.template.spec.containers[0].ports[0].containerPort: must be from 1 to 65535, not 65536",
    ],
    [
      "sleep: {seconds: 5}",
      "sleep: {seconds: 31}",
      "23:32 error spec.template.spec.containers[0].lifecycle.preStop.sleep.seconds: a sleep of 31 s outlasts terminationGracePeriodSeconds (30)",
    ],
    [
      "sleep: {seconds: 5}",
      "sleep: {seconds: -1}",
      "23:32 error spec.template.spec.containers[0].lifecycle.preStop.sleep.seconds: must be at least 0, not -1",
    ],
    [
      "httpGet: {path: /healthz, port: http}",
      "initialDelaySeconds: 1",
      "18:11 error spec.template.spec.containers[0].readinessProbe: a probe needs one of exec, httpGet, tcpSocket, grpc",
    ],
    [
      "periodSeconds: 5",
      "tcpSocket: {port: 1}",
      "18:11 error spec.template.spec.containers[0].readinessProbe: a probe has one handler, not httpGet and tcpSocket",
    ],
    [
      "periodSeconds: 5",
      "periodSeconds: -5",
      "20:28 error spec.template.spec.containers[0].readinessProbe.periodSeconds: must be at least 0, not -5",
    ],
    [
      "      containers:\n",
      "      tolerations: [{operator: Equal}]\n      containers:\n",
      "14:21 error spec.template.spec.tolerations[0]: a toleration without a key needs the operator Exists",
    ],
    ["port: 80\n", "port: 0\n", "32:13 error spec.ports[0].port: must be from 1 to 65535, not 0"],
    ["port: 80\n", "port: 80\n      protocol: SCTP\n", "33:17 error spec.ports[0].protocol: SCTP is not modelled"],
    [
      "targetPort: http\n",
      "targetPort: http\n    - port: 81\n      name: b\n",
      "32:7 error spec.ports[0]: each port needs a name when there are several",
    ],
    [
      "  selector: {app: web}\n",
      "  selector: {app: web}\n  clusterIP: fd00::1\n",
      "31:14 error spec.clusterIP: only IPv4 is simulated",
    ],
    [
      "  selector: {app: web}\n",
      "  selector: {app: web}\n  clusterIP: here\n",
      '31:14 error spec.clusterIP: "here" is neither an address nor None',
    ],
  ])("%s → %s", (from, to, message) => {
    const { said } = loadText(webManifests(from, to));
    expect(said.filter((each) => each.includes("error"))).toEqual([message]);
  });

  test("the same object twice, with the place of the first", () => {
    const { report, said } = loadText(`${webManifests()}---\n${webManifests()}`);
    expect(said).toEqual([
      '38:9 error metadata.name: Deployment "web" is defined a second time',
      '62:9 error metadata.name: Service "web" is defined a second time',
    ]);
    expect(report.sorted()[0]!.hint).toBe("the first is at a.yaml:4; keep one of them");
  });

  test("the same address twice", () => {
    const service = (name: string) =>
      `apiVersion: v1\nkind: Service\nmetadata: {name: ${name}}\nspec: {clusterIP: 10.96.0.9, selector: {app: web}, ports: [{port: 1}]}\n---\n`;
    expect(loadText(service("a") + service("b") + webManifests()).said).toEqual([
      "8:18 error spec.clusterIP: the clusterIP of this Service is also that of Service/default/a",
    ]);
  });
});

describe("what is suspicious in the whole", () => {
  test.each([
    [
      "selector: {app: web}\n  ports",
      "selector: {app: api}\n  ports",
      "28:9 warning spec.selector: the selector of Service web matches no pod of these manifests in namespace default",
    ],
    [
      "  selector: {app: web}\n  ports",
      "  ports",
      "28:9 loud warning spec.selector: Service web has no selector: it will have no endpoints",
    ],
    [
      "targetPort: http",
      "targetPort: grpc",
      "28:9 warning spec.ports: Service web sends to the port named grpc, which a pod that it selects lacks",
    ],
    [
      "labels: {app: web}\n    spec",
      'labels: {app: web, sidecar.istio.io/inject: "true"}\n    spec',
      "11:5 loud warning spec.template.metadata: sidecar.istio.io/inject: true brings in a mesh, which is not modelled: requests go to the Service without a proxy",
    ],
  ])("%s → %s", (from, to, message) => {
    expect(loadText(webManifests(from, to)).said).toEqual([message]);
  });
});
