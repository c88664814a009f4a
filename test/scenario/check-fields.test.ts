import { describe, expect, test } from "vitest";
import { loadText, webManifests } from "./load-fixture.js";

const said = (from: string, to: string, strict = false): readonly string[] =>
  loadText(webManifests(from, to), strict).said;

/** Puts a line into the pod's spec, or into that of the container. */
const inPod = (line: string): readonly string[] => said("      containers:\n", `      ${line}\n      containers:\n`);
const inContainer = (line: string): readonly string[] =>
  said("          image: web:v1\n", `          image: web:v1\n          ${line}\n`);
const inService = (line: string): readonly string[] =>
  said("  selector: {app: web}\n", `  selector: {app: web}\n  ${line}\n`);

describe("modelled fields", () => {
  test("say nothing", () => {
    expect(loadText(webManifests(), true).said).toEqual([]);
  });
});

describe("fields that Kubernetes does not know", () => {
  test.each([
    [
      "replicas: 3",
      "replics: 3",
      '7:3 error spec.replics: Deployment has no field "replics" here (Kubernetes 1.37)',
      "did you mean replicas?",
    ],
    [
      "periodSeconds: 5",
      "periodSecond: 5",
      '20:13 error spec.template.spec.containers[0].readinessProbe.periodSecond: Deployment has no field "periodSecond" here (Kubernetes 1.37)',
      "did you mean periodSeconds?",
    ],
    [
      "port: 80\n",
      "port: 80\n      zzzzzzzzzzzz: 1\n",
      '33:7 error spec.ports[0].zzzzzzzzzzzz: Service has no field "zzzzzzzzzzzz" here (Kubernetes 1.37)',
      "Kubernetes would refuse or drop it",
    ],
  ])("%s → %s", (from, to, message, hint) => {
    const { report, said } = loadText(webManifests(from, to));
    expect(said).toEqual([message]);
    expect(report.sorted()[0]!.hint).toBe(hint);
  });

  test("are found within what is not modelled, too", () => {
    expect(inPod("affinity: {nodeAfinity: {}}")).toEqual([
      "14:7 loud warning spec.template.spec.affinity: Deployment spec.template.spec.affinity is not modelled: the scheduler places pods without it; the verdict may differ",
      '14:18 error spec.template.spec.affinity.nodeAfinity: Deployment has no field "nodeAfinity" here (Kubernetes 1.37)',
    ]);
  });
});

describe("types", () => {
  test.each([
    [
      "replicas: 3",
      'replicas: "3"',
      '7:13 error spec.replicas: must be an integer of 32 bits, not the text "3"',
      "remove the quotes: 3",
    ],
    ["replicas: 3", "replicas: 3.5", "7:13 error spec.replicas: must be an integer of 32 bits, not the number 3.5", ""],
    [
      "replicas: 3",
      "replicas: 3000000000",
      "7:13 error spec.replicas: must be an integer of 32 bits, not the number 3000000000",
      "",
    ],
    ["replicas: 3", "replicas: [3]", "7:13 error spec.replicas: must be an integer of 32 bits, not a list", ""],
    [
      "name: web\n  labels: {app: web}\nspec",
      "name: 5\n  labels: {app: web}\nspec",
      "4:9 error metadata.name: must be text, not the number 5",
      'write "5"',
    ],
    [
      "labels: {app: web}\nspec",
      "labels: {app: web, n: 1}\nspec",
      "5:25 error metadata.labels.n: must be text, not the number 1",
      'write "1"',
    ],
    [
      "targetPort: http",
      "targetPort: 1.5",
      "33:19 error spec.ports[0].targetPort: must be an integer or text, not the number 1.5",
      "",
    ],
    [
      "image: web:v1",
      "image: web:v1\n          resources: {requests: {cpu: a lot}}",
      '17:39 error spec.template.spec.containers[0].resources.requests.cpu: must be a quantity such as "500m", "0.5" or "256Mi", not the text "a lot"',
      "",
    ],
    [
      "image: web:v1",
      "image: web:v1\n          resources: {requests: {cpu: -1}}",
      '17:39 error spec.template.spec.containers[0].resources.requests.cpu: must be a quantity such as "500m", "0.5" or "256Mi", not the number -1',
      "",
    ],
    [
      "ports: [{name: http, containerPort: 8080}]",
      "ports: [null, {name: http, containerPort: 8080}]",
      "17:19 error spec.template.spec.containers[0].ports[0]: must be a value, not empty",
      "",
    ],
    [
      "ports: [{name: http, containerPort: 8080}]",
      "ports: [{name: http}]",
      "17:19 error spec.template.spec.containers[0].ports[0].containerPort: containerPort is required",
      "",
    ],
  ])("%s → %s", (from, to, message, hint) => {
    const { report, said } = loadText(webManifests(from, to));
    expect(said.filter((each) => each.includes("error"))).toEqual([message]);
    expect(report.sorted().find((each) => each.severity === "error")!.hint).toBe(hint);
  });
});

describe("fields that are known and not modelled", () => {
  test("share one line when they are without effect", () => {
    const fields = "env: [{name: A, value: b}]\n          args: [a]\n          securityContext: {runAsUser: 1}";
    const two = webManifests("image: web:v1", `image: web:v1\n          ${fields}`);
    const { said } = loadText(`${two}---\n${two.replaceAll("name: web\n", "name: other\n")}`);
    expect(said).toEqual([
      "0:0 warning : 3 fields or kinds without effect on the simulation: args, env, securityContext",
    ]);
  });

  test("are not said to be without effect when they are read in part", () => {
    expect(inPod("volumes: [{name: a, emptyDir: {}}]")).toEqual([]);
    expect(inContainer("resources: {limits: {cpu: 1}}")).toEqual([]);
  });

  test("are named once for all places, with the first line, when they have one", () => {
    const two = webManifests("image: web:v1", "image: web:v1\n          livenessProbe: {tcpSocket: {port: 1}}");
    const { said } = loadText(`${two}---\n${two.replaceAll("name: web\n", "name: other\n")}`);
    expect(said).toEqual([
      "17:11 loud warning spec.template.spec.containers[0].livenessProbe: Deployment spec.template.spec.containers.livenessProbe is not modelled (here and in 1 more place): nothing restarts a container that hangs; the verdict may differ",
    ]);
  });

  test.each([
    "workloadRef: {name: a}",
    "schedulingGroup: {podGroupName: a}",
    "evictionResponders: [{name: a, priority: 1}]",
    "volumes: [{name: a, configMap: {name: b, defaultUser: 5, items: [{key: k, path: p, user: 5}]}}]",
  ])("%s is a field of some version", (line) => {
    expect(inPod(line).filter((each) => each.includes("error"))).toEqual([]);
  });

  test("a hook is told once for each, and one that sleeps first counts as the sleep", () => {
    const { said, objects } = loadText(
      webManifests("sleep: {seconds: 5}", 'exec: {command: [sh, -c, "sleep 7 && /stop"]}'),
    );
    expect(said).toEqual([
      "23:21 loud warning spec.template.spec.containers[0].lifecycle.preStop.exec: this hook sleeps 7 s and then does something else: it counts as the sleep alone",
    ]);
    expect(objects.deployments[0]!.spec.template.spec.containers[0]!.preStopSleepSeconds).toBe(7);
  });

  test("are errors when strict", () => {
    expect(said("image: web:v1", "image: web:v1\n          env: [{name: A, value: b}]", true)).toEqual([
      "17:11 error spec.template.spec.containers[0].env: Deployment spec.template.spec.containers.env is not modelled: it has no effect on the simulation",
    ]);
  });

  test("say nothing when they ask for what is simulated anyway, or are the API server's own", () => {
    const lines =
      "type: ClusterIP\n  sessionAffinity: None\n  internalTrafficPolicy: Cluster\n  ipFamilies: [IPv4]\n  ipFamilyPolicy: SingleStack";
    expect(inService(lines)).toEqual([]);
    expect(
      inPod("hostNetwork: false\n      initContainers: []\n      affinity: {}\n      schedulerName: default-scheduler"),
    ).toEqual([]);
    expect(
      said(
        "labels: {app: web}\nspec",
        "labels: {app: web}\n  uid: a\n  creationTimestamp: null\nstatus: {replicas: 3}\nspec",
      ),
    ).toEqual([]);
  });

  test.each([
    "type: LoadBalancer",
    "type: NodePort",
    "sessionAffinity: ClientIP",
    "internalTrafficPolicy: Local",
    "externalTrafficPolicy: Local",
    "trafficDistribution: PreferClose",
    "externalIPs: [1.2.3.4]",
  ])("Service %s is loud", (line) => {
    expect(inService(line)).toHaveLength(1);
    expect(inService(line)[0]).toMatch(/^31:3 loud warning spec\.\w+: Service spec\.\w+.* is not modelled/);
  });

  test.each([
    "hostNetwork: true",
    "initContainers: [{name: a, image: b}]",
    "readinessGates: [{conditionType: a}]",
    "affinity: {podAntiAffinity: {}}",
    "topologySpreadConstraints: [{maxSkew: 1, topologyKey: a, whenUnsatisfiable: b}]",
    "hostAliases: [{ip: 1.1.1.1, hostnames: [a]}]",
  ])("pod %s is loud", (line) => {
    expect(inPod(line)).toHaveLength(1);
    expect(inPod(line)[0]).toMatch(/^14:\d+ loud warning spec\.template\.spec\.\w+: .*is not modelled/);
  });

  test.each(["livenessProbe: {httpGet: {port: 80}}", "startupProbe: {exec: {command: [a]}}"])(
    "container %s is loud",
    (line) => {
      expect(inContainer(line)).toHaveLength(1);
      expect(inContainer(line)[0]).toMatch(/^17:11 loud warning/);
    },
  );

  test.each(["exec: {command: [nginx, -s, quit]}", "httpGet: {path: /stop, port: 80}"])(
    "a preStop hook with %s is loud and counts as none",
    (hook) => {
      const { said, objects } = loadText(webManifests("sleep: {seconds: 5}", hook));
      expect(said).toHaveLength(1);
      expect(said[0]).toMatch(/^23:\d+ loud warning .*the pod stops as if it had no hook/);
      expect(objects.deployments[0]!.spec.template.spec.containers[0]!.preStopSleepSeconds).toBeNull();
    },
  );
});
